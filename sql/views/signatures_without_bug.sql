-- Signatures that nobody has filed a bug for.
CREATE VIEW signatures_without_bug AS
SELECT signatures.id, signatures.signature, signatures.last_report
FROM signatures
WHERE NOT EXISTS (SELECT 1 FROM bug_signatures WHERE bug_signatures.signature_id = signatures.id);
