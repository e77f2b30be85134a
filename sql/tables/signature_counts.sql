-- Reports of one signature in one release on one day, counted once and for all. Plain SQL that both
-- databases take; sql/procs/count_signatures.sql fills it on PostgreSQL.
CREATE TABLE signature_counts (
    day date NOT NULL,
    signature_id bigint NOT NULL REFERENCES signatures (id) ON DELETE CASCADE,
    release_id integer NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
    reports integer NOT NULL CHECK (reports > 0),
    PRIMARY KEY (day, signature_id, release_id)
);

CREATE INDEX ix_signature_counts_signature_id ON signature_counts (signature_id);
CREATE INDEX ix_signature_counts_release_id ON signature_counts (release_id);
