INSERT INTO account (id, name) VALUES (1, 'a;b'); -- one; two
UPDATE account SET name = 'c' /* ; */;
