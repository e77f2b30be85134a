CREATE TABLE item (id integer NOT NULL, price integer);
