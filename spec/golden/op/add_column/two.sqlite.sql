ALTER TABLE account ADD COLUMN a text;
ALTER TABLE account ADD COLUMN b text DEFAULT 'b';
