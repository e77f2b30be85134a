CREATE SCHEMA main;
CREATE TABLE main.thing (id integer NOT NULL, name text, parent integer);
CREATE VIEW main.v (two) AS
SELECT 1 AS one;
