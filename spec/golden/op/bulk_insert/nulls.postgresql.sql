INSERT INTO account (id, name) VALUES
    ('1', NULL),
    (NULL, 'b');
