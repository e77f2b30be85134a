-- procs/a.sql, without its BEGIN and COMMIT
BEGIN; CREATE VIEW a AS SELECT 1 AS one; COMMIT;
-- procs/below/ab.sql, without its BEGIN and COMMIT
CREATE VIEW ab AS SELECT 1 AS one;
