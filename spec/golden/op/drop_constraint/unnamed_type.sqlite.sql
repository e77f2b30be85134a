-- look at the table
-- rebuild
CREATE TABLE neap_new_child (id integer PRIMARY KEY, parent integer UNIQUE);
INSERT OR ABORT INTO neap_new_child SELECT * FROM child;
DROP TABLE child;
ALTER TABLE neap_new_child RENAME TO child;
-- rebuilt
