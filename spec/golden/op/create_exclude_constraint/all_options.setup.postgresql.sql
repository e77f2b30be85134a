CREATE SCHEMA main;
CREATE TABLE main.thing (room int4range);
