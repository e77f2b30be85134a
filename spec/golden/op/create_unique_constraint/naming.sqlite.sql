-- look at the table
-- rebuild
CREATE TABLE neap_new_account (id integer NOT NULL, email text, name text, CONSTRAINT uq_account_email_id UNIQUE (email, id));
INSERT OR ABORT INTO neap_new_account (rowid, id, email, name) SELECT rowid, id, email, name FROM account;
DROP TABLE account;
ALTER TABLE neap_new_account RENAME TO account;
-- rebuilt
