CREATE TABLE kept (id integer PRIMARY KEY, a int, b int, c int UNIQUE, d int);
CREATE INDEX ix_b ON kept (b) WHERE b > 0;
CREATE INDEX ix_a ON kept (a);
