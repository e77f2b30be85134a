ALTER TABLE account ADD COLUMN email text NOT NULL DEFAULT '';
COMMENT ON COLUMN account.email IS 'lower case';
