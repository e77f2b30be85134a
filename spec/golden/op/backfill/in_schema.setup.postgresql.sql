CREATE TABLE main.thing (id integer PRIMARY KEY, name text);
