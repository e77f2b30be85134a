ALTER TABLE booking ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, (tsrange(starts, ends)) WITH &&);
