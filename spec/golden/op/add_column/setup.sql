CREATE TABLE account (id integer PRIMARY KEY, name text);
CREATE TABLE product (id integer PRIMARY KEY);
