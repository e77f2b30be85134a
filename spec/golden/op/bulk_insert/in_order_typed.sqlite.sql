-- with 1, '["a","b"]'
INSERT INTO typed (id, keys) VALUES (?, ?);
