-- Signatures by the reports that were counted, all days together.
CREATE VIEW top_signatures AS
SELECT signatures.signature, sum(signature_counts.reports) AS reports, max(signature_counts.day) AS last_day
FROM signature_counts
JOIN signatures ON signatures.id = signature_counts.signature_id
GROUP BY signatures.id, signatures.signature;
