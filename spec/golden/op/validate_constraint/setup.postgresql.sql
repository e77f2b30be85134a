CREATE TABLE account (age integer);
ALTER TABLE account ADD CONSTRAINT ck_age CHECK (age > 0) NOT VALID;
