CREATE TABLE account (age integer CONSTRAINT ck_age CHECK (age > 0));
