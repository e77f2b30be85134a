-- procs/B.sql
SELECT 1;
-- procs/b.sql
SELECT 2;
