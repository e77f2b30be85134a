INSERT INTO account (active, created, id, name, score) VALUES
    ('true', '2014-04-01', '1', 'it''s', DEFAULT),
    ('false', current_date, '2', NULL, DEFAULT),
    (DEFAULT, DEFAULT, '3', DEFAULT, '1.5');
