SELECT 1; /* one /* two */
SELECT 2;
==== expected
---- statement, line 1
SELECT 1
---- unclosed, line 1
/* one /* two */
SELECT 2;

