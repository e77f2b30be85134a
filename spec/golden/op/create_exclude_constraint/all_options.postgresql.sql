ALTER TABLE main.thing ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH &&) WHERE (room IS NOT NULL) DEFERRABLE INITIALLY DEFERRED;
COMMENT ON CONSTRAINT no_overlap ON main.thing IS 'one at a time';
