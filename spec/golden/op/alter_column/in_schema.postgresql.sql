ALTER TABLE main.thing ALTER COLUMN name SET DEFAULT 'none';
COMMENT ON COLUMN main.thing.name IS 'what it is called';
