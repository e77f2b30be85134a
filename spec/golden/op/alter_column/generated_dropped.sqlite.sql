-- look at the table
-- rebuild
CREATE TABLE neap_new_sums (a int, total int);
INSERT OR ABORT INTO neap_new_sums (rowid, a, total) SELECT rowid, a, total FROM sums;
DROP TABLE sums;
ALTER TABLE neap_new_sums RENAME TO sums;
-- rebuilt
