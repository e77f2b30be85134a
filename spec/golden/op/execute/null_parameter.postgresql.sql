-- with NULL
UPDATE account SET name = $1;
