CREATE TABLE thing (id integer);
CREATE POLICY own ON thing;
