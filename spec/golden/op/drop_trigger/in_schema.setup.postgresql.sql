CREATE SCHEMA main;
CREATE TABLE main.thing (id integer NOT NULL, name text, parent integer);
CREATE TRIGGER touch2 BEFORE UPDATE ON main.thing FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
