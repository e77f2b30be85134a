-- look at the table
-- rebuild
CREATE TABLE neap_new_sums (a int, total int GENERATED ALWAYS AS (a + 1) STORED);
INSERT OR ABORT INTO neap_new_sums (rowid, a) SELECT rowid, a FROM sums;
DROP TABLE sums;
ALTER TABLE neap_new_sums RENAME TO sums;
-- rebuilt
