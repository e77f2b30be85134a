CREATE TABLE thing (room int4range, CONSTRAINT no_overlap EXCLUDE USING gist (room WITH &&));
