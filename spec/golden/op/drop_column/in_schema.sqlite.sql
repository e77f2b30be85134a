-- look at the table
ALTER TABLE main.thing DROP COLUMN name;
