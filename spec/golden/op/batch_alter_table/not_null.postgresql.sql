ALTER TABLE account ADD CONSTRAINT name_is_known NOT NULL name;
