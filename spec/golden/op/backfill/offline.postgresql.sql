UPDATE account SET id = 5, name = lower(name) WHERE name IS NOT NULL;
UPDATE main.account SET name = 'x';
