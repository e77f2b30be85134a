ALTER TABLE account ADD COLUMN email text;
CREATE INDEX ix_account_email ON account (email);
COMMENT ON COLUMN account.email IS 'lower case';
