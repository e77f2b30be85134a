DROP FUNCTION twice(integer);
