CREATE TABLE product (id integer PRIMARY KEY, a integer, b integer, UNIQUE (a, b));
CREATE TABLE report (id integer, product_id integer, a integer, b integer);
