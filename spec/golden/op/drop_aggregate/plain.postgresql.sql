DROP AGGREGATE IF EXISTS array_accum(integer);
