ALTER TABLE account ADD COLUMN email text;
CREATE UNIQUE INDEX ix_account_email ON account (email);
