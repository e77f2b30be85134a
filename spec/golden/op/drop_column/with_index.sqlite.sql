-- look at the table
DROP INDEX ix_b;
ALTER TABLE kept DROP COLUMN b;
-- look at the table
-- rebuild
CREATE TABLE neap_new_kept (id integer PRIMARY KEY, a int, d int);
INSERT OR ABORT INTO neap_new_kept (id, a, d) SELECT id, a, d FROM kept;
DROP TABLE kept;
ALTER TABLE neap_new_kept RENAME TO kept;
CREATE INDEX ix_a ON kept (a);
-- rebuilt
-- look at the table
-- rebuild
CREATE TABLE neap_new_kept (a int, d int);
INSERT OR ABORT INTO neap_new_kept (rowid, a, d) SELECT rowid, a, d FROM kept;
DROP TABLE kept;
ALTER TABLE neap_new_kept RENAME TO kept;
CREATE INDEX ix_a ON kept (a);
-- rebuilt
