ALTER TABLE bixie.account ADD COLUMN email text;
CREATE INDEX ix_bixie_account_email ON bixie.account (email);
COMMENT ON COLUMN bixie.account.email IS 'e';
