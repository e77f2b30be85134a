ALTER TABLE account RENAME COLUMN name TO full_name;
-- look at the table
-- rebuild
CREATE TABLE neap_new_account (id integer, full_name varchar(50) NOT NULL, email text UNIQUE, CONSTRAINT ck_name CHECK (full_name <> ''));
INSERT OR ABORT INTO neap_new_account (rowid, id, full_name) SELECT rowid, id, full_name FROM account;
DROP TABLE account;
ALTER TABLE neap_new_account RENAME TO account;
CREATE INDEX ix_new ON account (email, full_name);
-- rebuilt
