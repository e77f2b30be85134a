CREATE INDEX ix_email ON account (email);
