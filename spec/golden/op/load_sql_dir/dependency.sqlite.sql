-- procs/a.sql
SELECT 1;
