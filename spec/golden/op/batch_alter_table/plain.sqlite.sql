-- look at the table
ALTER TABLE account ADD COLUMN email text;
CREATE INDEX ix_account_email ON account (email);
ALTER TABLE account RENAME COLUMN name TO full_name;
ALTER TABLE account DROP COLUMN other;
CREATE INDEX ix_id ON account (id);
DROP INDEX ix_old;
