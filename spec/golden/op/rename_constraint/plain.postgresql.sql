ALTER TABLE account RENAME CONSTRAINT ck_age TO "ck_Age";
