-- savepoint
INSERT INTO account VALUES (1);
-- roll back to the savepoint
