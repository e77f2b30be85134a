ALTER TABLE booking ADD CONSTRAINT no_overlap EXCLUDE USING spgist (room range_ops WITH =) WHERE (starts IS NOT NULL) DEFERRABLE;
