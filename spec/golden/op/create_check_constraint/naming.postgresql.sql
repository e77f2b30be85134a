ALTER TABLE account ADD CONSTRAINT ck_account_adult CHECK (age > 17);
