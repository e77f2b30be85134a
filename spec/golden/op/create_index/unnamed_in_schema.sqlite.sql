CREATE INDEX bixie.ix_bixie_account_lower_email ON account ((lower(email)));
