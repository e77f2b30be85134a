CREATE TABLE thing (name text);
