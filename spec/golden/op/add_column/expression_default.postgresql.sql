ALTER TABLE account ADD COLUMN created timestamptz DEFAULT now();
