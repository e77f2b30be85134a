-- rebuild
PRAGMA legacy_alter_table = ON;
CREATE TABLE neap_new_account (
    id integer PRIMARY KEY AUTOINCREMENT,
    name text NOT NULL DEFAULT '',
    CHECK (id > 0)
);
INSERT OR ABORT INTO neap_new_account (id, name) SELECT id, name FROM account;
DELETE FROM main.sqlite_sequence WHERE name = 'neap_new_account';
INSERT INTO main.sqlite_sequence (name, seq) SELECT 'neap_new_account', seq FROM main.sqlite_sequence WHERE name = 'account';
DROP TABLE account;
ALTER TABLE neap_new_account RENAME TO account;
CREATE INDEX ix_account_name ON account (name);
PRAGMA legacy_alter_table = OFF;
-- rebuilt
ALTER TABLE account RENAME COLUMN name TO full_name;
