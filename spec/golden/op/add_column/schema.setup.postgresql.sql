CREATE SCHEMA bixie;
CREATE TABLE bixie.account (id integer);
