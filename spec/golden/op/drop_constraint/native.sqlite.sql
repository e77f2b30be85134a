-- look at the table
ALTER TABLE account DROP CONSTRAINT ck_age;
