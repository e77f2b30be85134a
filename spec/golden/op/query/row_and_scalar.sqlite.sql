-- query
SELECT 1 AS id;
-- query
SELECT 1 AS id FROM account;
-- query
SELECT count(*) AS count FROM account;
