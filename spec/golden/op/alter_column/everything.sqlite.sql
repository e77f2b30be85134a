ALTER TABLE account RENAME COLUMN age TO years;
-- look at the table
-- rebuild
CREATE TABLE neap_new_account (id integer, years varchar(20) DEFAULT ('0' || '1') COLLATE NOCASE NOT NULL);
INSERT OR ABORT INTO neap_new_account (rowid, id, years) SELECT rowid, id, years FROM account;
DROP TABLE account;
ALTER TABLE neap_new_account RENAME TO account;
-- rebuilt
