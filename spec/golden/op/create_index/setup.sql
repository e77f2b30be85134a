CREATE TABLE account (id integer PRIMARY KEY, email text, name text, age integer);
