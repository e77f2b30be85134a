-- with true, '2014-04-01', 1, 'it's'
INSERT INTO account (active, created, id, name) VALUES (?, ?, ?, ?);
-- with false, 2, NULL
INSERT INTO account (active, created, id, name) VALUES (?, (current_date), ?, ?);
-- with 3, 1.5
INSERT INTO account (id, score) VALUES (?, ?);
