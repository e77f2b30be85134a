INSERT INTO account (id, score) VALUES
    ('-5', '1.5'),
    ('2147483647', '1e+300');
