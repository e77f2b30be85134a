INSERT INTO account (id, name) VALUES
    ('1', '日本 ☃'),
    ('2', E'\\N'),
    ('3', 'a	b
c');
