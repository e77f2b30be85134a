CREATE TABLE thing (id integer);
CREATE UNIQUE INDEX ix_thing ON thing (id);
