CREATE TABLE room (id int4range NOT NULL, during daterange NOT NULL);
