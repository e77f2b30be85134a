CREATE SCHEMA main;
CREATE TYPE main.mood AS ENUM ('sad');
COMMENT ON TYPE main.mood IS 'how it is';
