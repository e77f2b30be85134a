-- look at the table
-- rebuild
CREATE TABLE neap_new_account (id integer, name text, other text, email text);
INSERT OR ABORT INTO neap_new_account (rowid, id, name, other) SELECT rowid, id, name, other FROM account;
DROP TABLE account;
ALTER TABLE neap_new_account RENAME TO account;
CREATE INDEX ix_old ON account (name);
-- rebuilt
