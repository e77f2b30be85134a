CREATE TABLE item (id integer PRIMARY KEY, price int NOT NULL, UNIQUE (id, price), CHECK (price > 0));
