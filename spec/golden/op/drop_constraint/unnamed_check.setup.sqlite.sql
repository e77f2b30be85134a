CREATE TABLE item (id integer PRIMARY KEY, price int CHECK (price>0) NOT NULL, UNIQUE (id, price));
