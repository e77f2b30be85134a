-- with -5, 1.5
-- with 2147483647, 1e+300
INSERT INTO account (id, score) VALUES (?, ?);
