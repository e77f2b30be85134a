ALTER TABLE account RENAME COLUMN age TO "Years";
