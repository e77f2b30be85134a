INSERT INTO typed (doc, id, keys, raw) VALUES
    ('{"empty":[],"list":[1,2]}', '1', '{a,"b c",NULL}', E'\\x00ff'),
    ('5', '2', '{}', NULL);
