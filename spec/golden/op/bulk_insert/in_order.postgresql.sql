INSERT INTO account (name, id, raw) VALUES
    ('it''s', '1', DEFAULT),
    (NULL, '2', E'\\x78'),
    (DEFAULT, '3', DEFAULT);
INSERT INTO account (id, name, created) VALUES
    ('1', 'n1', current_date),
    ('2', 'n2', current_date);
INSERT INTO account DEFAULT VALUES;
INSERT INTO account DEFAULT VALUES;
