CREATE SCHEMA bixie;
CREATE TABLE account (id integer PRIMARY KEY, age integer);
CREATE TABLE bixie.report (id integer PRIMARY KEY, age integer);
CREATE VIEW old AS SELECT id, age FROM account WHERE age > 60;
