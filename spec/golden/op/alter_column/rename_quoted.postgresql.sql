ALTER TABLE account RENAME COLUMN age TO "Age in ""years""";
