-- Signatures with the number of their reports.
CREATE VIEW signature_summary AS
SELECT
    signatures.id,
    signatures.signature,
    signatures.kind,
    signatures.first_report,
    signatures.last_report,
    count(crash_reports.uuid) AS reports
FROM signatures
LEFT JOIN crash_reports ON crash_reports.signature_id = signatures.id
GROUP BY
    signatures.id, signatures.signature, signatures.kind, signatures.first_report, signatures.last_report;
