DROP AGGREGATE main.total(integer);
