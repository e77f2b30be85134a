CREATE SEQUENCE ids;
CREATE TABLE account (id integer);
