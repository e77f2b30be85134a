CREATE SCHEMA "Odd";
CREATE TABLE account (id integer);
CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a + a';
