-- savepoint
-- roll back to the savepoint
CREATE INDEX ix_name ON account (name);
