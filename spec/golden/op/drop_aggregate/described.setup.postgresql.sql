CREATE SCHEMA main;
CREATE AGGREGATE main.total (integer) (sfunc = int4pl, stype = integer);
