CREATE TABLE product (id integer PRIMARY KEY);
CREATE TABLE account (id integer PRIMARY KEY);
CREATE TABLE release (product text, version text, PRIMARY KEY (product, version));
