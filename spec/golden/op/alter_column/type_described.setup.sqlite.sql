CREATE TABLE thing (name text COLLATE binary);
