CREATE TABLE booking (
    room int4range,
    during tsrange,
    CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (room IS NOT NULL) DEFERRABLE INITIALLY DEFERRED
);
