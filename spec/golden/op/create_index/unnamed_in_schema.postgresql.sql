CREATE INDEX ix_bixie_account_lower_email ON bixie.account ((lower(email)));
