-- look at the table
-- rebuild
CREATE TABLE neap_new_account (id integer PRIMARY KEY, age integer);
INSERT OR ABORT INTO neap_new_account SELECT * FROM account;
DROP TABLE account;
ALTER TABLE neap_new_account RENAME TO account;
-- rebuilt
