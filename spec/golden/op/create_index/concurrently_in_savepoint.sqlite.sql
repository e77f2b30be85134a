-- savepoint
CREATE INDEX ix_email ON account (email);
-- release
CREATE INDEX ix_name ON account (name);
