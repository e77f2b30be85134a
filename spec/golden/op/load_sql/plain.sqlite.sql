-- procs/a.sql
SELECT 1;
SELECT 2;

-- procs/a.sql, without its BEGIN and COMMIT
SELECT 1;
SELECT 2;

