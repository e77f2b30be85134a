CREATE TABLE thing (
    id integer,
    name text
);
CREATE UNIQUE INDEX IF NOT EXISTS ix ON thing USING btree (name text_pattern_ops) INCLUDE (id) WITH (fillfactor = 70) TABLESPACE pg_default WHERE id > 0;
COMMENT ON INDEX ix IS 'all of it';
