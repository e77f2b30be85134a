-- with 1, 'tab	and \ backslash'
INSERT INTO account (id, name) VALUES (?, ?);
