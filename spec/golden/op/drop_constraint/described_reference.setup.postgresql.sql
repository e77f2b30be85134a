CREATE SCHEMA main;
CREATE TABLE main.other (id integer PRIMARY KEY);
CREATE TABLE main.thing (parent integer, CONSTRAINT fk FOREIGN KEY (parent) REFERENCES main.other (id) ON DELETE CASCADE DEFERRABLE);
