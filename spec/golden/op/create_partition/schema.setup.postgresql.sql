CREATE SCHEMA bixie;
CREATE TABLE bixie.report (day date) PARTITION BY RANGE (day);
