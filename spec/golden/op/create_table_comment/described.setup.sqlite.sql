CREATE TABLE main.thing (id integer NOT NULL, name text, parent integer);
