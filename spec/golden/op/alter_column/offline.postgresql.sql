ALTER TABLE account ALTER COLUMN age TYPE integer;
