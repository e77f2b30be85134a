-- with 
INSERT INTO account (id, name) VALUES ((1 + 1), (lower('A')));
