-- a; carriage return does not end this: SELECT 0;
SELECT 1; /* not /* nested; */ SELECT 2; -- the end;
/* ; */
==== expected
---- statement, line 2
SELECT 1
---- statement, line 2
SELECT 2
