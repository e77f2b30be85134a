-- look at the table
-- rebuild
CREATE TABLE main.neap_new_thing (id integer NOT NULL, name text, parent integer);
INSERT OR ABORT INTO main.neap_new_thing (rowid, id, name, parent) SELECT rowid, id, name, parent FROM main.thing;
DROP TABLE main.thing;
ALTER TABLE main.neap_new_thing RENAME TO thing;
-- rebuilt
