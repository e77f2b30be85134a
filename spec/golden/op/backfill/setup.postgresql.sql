CREATE SCHEMA main;
CREATE TABLE main.account (id integer, name text);
