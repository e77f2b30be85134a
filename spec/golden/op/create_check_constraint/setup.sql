CREATE TABLE account (id integer NOT NULL, age integer);
