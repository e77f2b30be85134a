CREATE TABLE account (id integer, name text, other text);
CREATE TABLE product (id integer PRIMARY KEY);
CREATE INDEX ix_old ON account (name);
