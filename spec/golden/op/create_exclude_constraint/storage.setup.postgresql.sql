CREATE TABLE thing (id integer NOT NULL, other integer NOT NULL, room int4range);
