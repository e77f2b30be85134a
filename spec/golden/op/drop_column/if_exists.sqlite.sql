-- look at the table
ALTER TABLE account DROP COLUMN name;
