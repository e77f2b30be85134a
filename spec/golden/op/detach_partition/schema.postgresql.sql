ALTER TABLE bixie.report DETACH PARTITION bixie.report_1;
