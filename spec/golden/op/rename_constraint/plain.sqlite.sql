-- look at the table
-- rebuild
CREATE TABLE neap_new_account (age integer CONSTRAINT ck_Age CHECK (age > 0));
INSERT OR ABORT INTO neap_new_account (rowid, age) SELECT rowid, age FROM account;
DROP TABLE account;
ALTER TABLE neap_new_account RENAME TO account;
-- rebuilt
