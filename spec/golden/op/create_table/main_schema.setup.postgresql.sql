CREATE SCHEMA main;
CREATE TABLE main.other (id integer PRIMARY KEY);
