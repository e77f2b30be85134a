-- look at the table
-- rebuild
CREATE TABLE neap_new_other (a integer, id integer PRIMARY KEY);
INSERT OR ABORT INTO neap_new_other (a, id) SELECT a, rowid FROM other;
DROP TABLE other;
ALTER TABLE neap_new_other RENAME TO other;
-- rebuilt
