ALTER TABLE account ADD CONSTRAINT ck_age CHECK (age > 0);
