-- look at the table
-- rebuild
CREATE TABLE neap_new_thing (name varchar(20) COLLATE nocase);
INSERT OR ABORT INTO neap_new_thing (rowid, name) SELECT rowid, name FROM thing;
DROP TABLE thing;
ALTER TABLE neap_new_thing RENAME TO thing;
-- rebuilt
