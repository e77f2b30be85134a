CREATE SCHEMA main;
CREATE TABLE main.thing (id integer NOT NULL, name text, parent integer);
COMMENT ON TABLE main.thing IS 'old';
