-- with '{"empty":[],"list":[1,2]}', '1', '["a","b c",null]', bytes '\x00\xff'
-- with 5, 2, '[]', NULL
INSERT INTO typed (doc, id, keys, raw) VALUES (?, ?, ?, ?);
