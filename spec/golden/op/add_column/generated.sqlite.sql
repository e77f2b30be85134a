ALTER TABLE account ADD COLUMN upper_name text GENERATED ALWAYS AS (upper(name)) VIRTUAL;
