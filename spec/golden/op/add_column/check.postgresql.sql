ALTER TABLE account ADD COLUMN age integer CONSTRAINT ck_age CHECK (age > 0);
