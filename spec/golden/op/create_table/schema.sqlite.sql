CREATE TABLE bixie.report (
    id integer PRIMARY KEY,
    signature text,
    product integer REFERENCES product (id)
);
CREATE INDEX bixie.ix_bixie_report_signature ON report (signature);
