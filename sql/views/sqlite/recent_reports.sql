-- What came in during the last day.
CREATE VIEW recent_reports AS
SELECT crash_reports.*, signatures.signature
FROM crash_reports
LEFT JOIN signatures ON signatures.id = crash_reports.signature_id
WHERE crash_reports.received >= datetime('now', '-1 day');
