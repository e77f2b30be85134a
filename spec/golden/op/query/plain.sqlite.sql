-- query
SELECT id FROM account;
-- with 1
DELETE FROM account WHERE id = ?1;
