CREATE TABLE account (id integer, age integer);
