-- with '[[1,2],[3,4]]'
INSERT INTO typed (matrix) VALUES (?);
