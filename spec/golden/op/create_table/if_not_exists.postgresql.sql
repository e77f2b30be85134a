CREATE TABLE IF NOT EXISTS report (
    id integer
);
CREATE INDEX IF NOT EXISTS ix_report_id ON report (id);
