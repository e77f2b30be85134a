ALTER TABLE account ADD COLUMN active boolean NOT NULL DEFAULT true;
