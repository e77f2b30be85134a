-- look at the table
-- rebuild
CREATE TABLE neap_new_account (id integer PRIMARY KEY, name text, email text UNIQUE);
INSERT OR ABORT INTO neap_new_account (id, name) SELECT id, name FROM account;
DROP TABLE account;
ALTER TABLE neap_new_account RENAME TO account;
-- rebuilt
