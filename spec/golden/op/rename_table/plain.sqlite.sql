ALTER TABLE account RENAME TO Person;
