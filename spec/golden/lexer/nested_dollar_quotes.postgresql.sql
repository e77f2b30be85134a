-- A dollar quote inside another one (andialbrecht/sqlparse#307).
CREATE FUNCTION bug() RETURNS text LANGUAGE sql AS $func$ select $string$ Run: SELECT 123; $string$::text; $func$; SELECT 1;
==== expected
---- statement, line 2
CREATE FUNCTION bug() RETURNS text LANGUAGE sql AS $func$ select $string$ Run: SELECT 123; $string$::text; $func$
---- statement, line 2
SELECT 1
