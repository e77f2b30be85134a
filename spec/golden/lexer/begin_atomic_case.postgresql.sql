-- CASE ... END and a nested comment in a SQL body (pgjdbc/pgjdbc#4379, supabase/cli#6587).
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; /* a /* b; */ */ SELECT 1; END; SELECT 42;
==== expected
---- statement, line 2
CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; /* a /* b; */ */ SELECT 1; END
---- statement, line 2
SELECT 42
