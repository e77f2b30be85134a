CREATE AGGREGATE total (integer) (sfunc = int4pl, stype = integer);
