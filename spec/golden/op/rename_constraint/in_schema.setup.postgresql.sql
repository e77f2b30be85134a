CREATE SCHEMA main;
CREATE TABLE main.thing (id integer NOT NULL, name text, parent integer);
ALTER TABLE main.thing ADD CONSTRAINT ck CHECK (id > 0);
