CREATE TABLE main.thing (id integer NOT NULL, name text, parent integer);
DROP TABLE main.thing;
CREATE TABLE main.thing (id integer NOT NULL, name text, parent integer, CONSTRAINT ck CHECK (id > 0));
