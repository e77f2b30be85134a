CREATE TABLE account (id integer, touched integer);
