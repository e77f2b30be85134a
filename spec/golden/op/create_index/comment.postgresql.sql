CREATE INDEX ix_email ON account (email);
COMMENT ON INDEX ix_email IS 'for the login';
