CREATE TABLE account (id integer);
CREATE MATERIALIZED VIEW ages AS SELECT 1 AS age;
CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a * 2';
CREATE SCHEMA bixie;
CREATE TYPE mood AS ENUM ('sad');
