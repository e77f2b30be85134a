-- look at the table
-- rebuild
CREATE TABLE neap_new_account (id INTEGER PRIMARY KEY, name TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'x') STRICT;
INSERT OR ABORT INTO neap_new_account (id, name) SELECT id, name FROM account;
DROP TABLE account;
ALTER TABLE neap_new_account RENAME TO account;
CREATE INDEX ix_old ON account (name);
-- rebuilt
