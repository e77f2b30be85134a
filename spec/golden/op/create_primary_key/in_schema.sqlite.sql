-- look at the table
-- query
SELECT 1 FROM main.thing WHERE id IS NULL LIMIT 1;
-- rebuild
CREATE TABLE main.neap_new_thing (id integer NOT NULL, name text, parent integer, CONSTRAINT pk PRIMARY KEY (id));
INSERT OR ABORT INTO main.neap_new_thing SELECT * FROM main.thing;
DROP TABLE main.thing;
ALTER TABLE main.neap_new_thing RENAME TO thing;
-- rebuilt
