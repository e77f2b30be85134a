ALTER TABLE account ALTER COLUMN name TYPE varchar(50), ALTER COLUMN name SET NOT NULL;
ALTER TABLE account RENAME COLUMN name TO full_name;
ALTER TABLE account ADD COLUMN email text UNIQUE;
ALTER TABLE account ADD CONSTRAINT ck_name CHECK (full_name <> '');
ALTER TABLE account DROP COLUMN other;
CREATE INDEX ix_new ON account (email, full_name);
DROP INDEX ix_old;
