-- commit
ALTER TABLE report DETACH PARTITION report_1 CONCURRENTLY;
-- begin
