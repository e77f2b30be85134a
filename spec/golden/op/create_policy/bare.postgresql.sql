CREATE POLICY everybody ON bixie.report;
