-- with 5, NULL, 'it's'
INSERT INTO account VALUES (?, ?2, ?3);
