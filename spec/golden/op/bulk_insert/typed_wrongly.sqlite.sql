-- with '[1]'
INSERT INTO account (name) VALUES (?);
