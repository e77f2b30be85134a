CREATE TABLE person (name text CONSTRAINT uq_name UNIQUE);
