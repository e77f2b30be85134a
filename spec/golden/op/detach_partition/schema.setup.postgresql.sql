CREATE SCHEMA bixie;
CREATE TABLE bixie.report (day date) PARTITION BY RANGE (day);
CREATE TABLE bixie.report_1 PARTITION OF bixie.report DEFAULT;
