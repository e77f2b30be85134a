-- with 1, '日本 ☃'
-- with 2, '\N'
-- with 3, 'a	b
c'
INSERT INTO account (id, name) VALUES (?, ?);
