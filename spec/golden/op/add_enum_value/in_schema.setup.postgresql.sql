CREATE SCHEMA main;
CREATE TYPE main.mood AS ENUM ('sad');
