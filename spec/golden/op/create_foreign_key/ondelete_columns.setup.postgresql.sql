CREATE TABLE thing (id integer NOT NULL, other integer NOT NULL, room int4range);
CREATE TABLE up (id integer, other integer, PRIMARY KEY (id, other));
