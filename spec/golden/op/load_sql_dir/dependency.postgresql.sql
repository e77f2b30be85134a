-- savepoint
-- procs/a.sql
SELECT 1;
-- release
