CREATE TABLE bixie.report (
    id integer PRIMARY KEY,
    signature text,
    product integer REFERENCES bixie.product (id)
);
COMMENT ON COLUMN bixie.report.id IS 'the id';
CREATE INDEX ix_bixie_report_signature ON bixie.report (signature);
COMMENT ON TABLE bixie.report IS 'crash reports';
