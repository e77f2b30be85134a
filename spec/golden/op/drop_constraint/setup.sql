CREATE TABLE account (id integer PRIMARY KEY, age integer CONSTRAINT ck_age CHECK (age > 0));
