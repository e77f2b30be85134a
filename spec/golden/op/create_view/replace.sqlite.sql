DROP VIEW IF EXISTS adults;
CREATE VIEW adults (Number) AS
SELECT id FROM account -- all of them
;
