CREATE TABLE item (
    id integer PRIMARY KEY
);
ALTER TABLE account ADD COLUMN email text;
CREATE INDEX ix_account_email ON account (email);
DROP INDEX ix_account_email;
-- look at the table
ALTER TABLE account DROP COLUMN email;
DROP TABLE item;
