-- with 1, 'it's'
INSERT INTO account (id, name) VALUES (?, ?);
-- with 2, NULL, bytes 'x'
INSERT INTO account (id, name, raw) VALUES (?, ?, ?);
-- with 3
INSERT INTO account (id) VALUES (?);
-- with 1, 'n1'
INSERT INTO account (created, id, name) VALUES ((current_date), ?, ?);
-- with 2, 'n2'
INSERT INTO account (created, id, name) VALUES ((current_date), ?, ?);
-- with 
-- with 
INSERT INTO account DEFAULT VALUES;
