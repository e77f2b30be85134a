-- look at the table
-- rebuild
CREATE TABLE main.neap_new_thing (parent integer);
INSERT OR ABORT INTO main.neap_new_thing (rowid, parent) SELECT rowid, parent FROM main.thing;
DROP TABLE main.thing;
ALTER TABLE main.neap_new_thing RENAME TO thing;
-- rebuilt
