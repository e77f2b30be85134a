CREATE SCHEMA bixie;
CREATE TABLE bixie.product (id integer PRIMARY KEY);
