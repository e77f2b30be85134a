-- Bugs that wait for somebody, with the signatures they explain.
CREATE VIEW open_bugs AS
SELECT bugs.id AS bug, bugs.summary, signatures.signature, signatures.last_report
FROM bugs
JOIN bug_signatures ON bug_signatures.bug_id = bugs.id
JOIN signatures ON signatures.id = bug_signatures.signature_id
WHERE bugs.status <> 'closed';
