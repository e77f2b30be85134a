-- with '[1]'
INSERT INTO typed (matrix) VALUES (?);
