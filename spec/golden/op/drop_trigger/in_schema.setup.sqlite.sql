CREATE TABLE main.thing (id integer NOT NULL, name text, parent integer);
CREATE TRIGGER touch2 AFTER UPDATE ON thing BEGIN SELECT 1; END;
