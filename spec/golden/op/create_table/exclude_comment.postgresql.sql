CREATE TABLE thing (
    room int4range,
    CONSTRAINT no_overlap EXCLUDE USING gist (room WITH &&) DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON CONSTRAINT no_overlap ON thing IS 'one at a time';
