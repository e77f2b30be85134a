CREATE SCHEMA other;
CREATE TABLE other.product (id integer PRIMARY KEY);
