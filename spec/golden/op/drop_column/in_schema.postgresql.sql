ALTER TABLE main.thing DROP COLUMN name;
