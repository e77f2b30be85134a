-- with 5, NULL, 'it's'
INSERT INTO account VALUES ($1, $2, $3);
