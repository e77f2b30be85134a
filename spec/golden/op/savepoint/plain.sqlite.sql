-- savepoint
INSERT INTO account VALUES (1);
-- release
