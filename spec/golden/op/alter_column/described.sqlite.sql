-- look at the table
-- rebuild
CREATE TABLE neap_new_account (id bigint NOT NULL, age text DEFAULT 'x');
INSERT OR ABORT INTO neap_new_account (rowid, id, age) SELECT rowid, id, age FROM account;
DROP TABLE account;
ALTER TABLE neap_new_account RENAME TO account;
-- rebuilt
