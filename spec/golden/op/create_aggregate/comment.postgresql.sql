CREATE AGGREGATE total (integer) (sfunc = int4pl, stype = integer);
COMMENT ON AGGREGATE total(integer) IS 'adds up';
