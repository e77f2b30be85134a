CREATE TABLE room (id int4range, during daterange);
