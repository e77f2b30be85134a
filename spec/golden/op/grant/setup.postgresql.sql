CREATE TABLE account (id integer, "Odd" text);
CREATE VIEW ages AS SELECT 1 AS age;
CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a * 2';
CREATE SCHEMA bixie;
CREATE SEQUENCE ids;
CREATE TYPE mood AS ENUM ('sad');
