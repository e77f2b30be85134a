CREATE UNLOGGED TABLE scratch (
    id integer
) WITH (autovacuum_enabled = false, fillfactor = 70) TABLESPACE pg_default;
