-- look at the table
-- rebuild
CREATE TABLE main.neap_new_thing (id integer, CONSTRAINT ck_thing CHECK (id > 0));
INSERT OR ABORT INTO main.neap_new_thing (rowid, id) SELECT rowid, id FROM main.thing;
DROP TABLE main.thing;
ALTER TABLE main.neap_new_thing RENAME TO thing;
-- rebuilt
