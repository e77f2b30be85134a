-- with 1, NULL
-- with NULL, 'b'
INSERT INTO account (id, name) VALUES (?, ?);
