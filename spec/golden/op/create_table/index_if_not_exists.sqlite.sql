CREATE TABLE thing (
    id integer
);
CREATE INDEX IF NOT EXISTS ix ON thing (id);
