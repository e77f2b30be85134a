ALTER TABLE bixie.account ADD COLUMN email text;
CREATE INDEX bixie.ix_bixie_account_email ON account (email);
