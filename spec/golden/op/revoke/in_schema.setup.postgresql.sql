CREATE SCHEMA main;
CREATE TABLE main.thing (id integer NOT NULL, name text, parent integer);
CREATE ROLE neap_golden_reader;
GRANT SELECT ON main.thing TO neap_golden_reader;
