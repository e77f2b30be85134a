CREATE SCHEMA bixie;
CREATE TABLE bixie.report (id integer);
CREATE INDEX ix_report ON bixie.report (id);
