-- byte order mark;
SELECT 1;
SELECT 2
==== expected, without the line break before this
---- statement, line 2
SELECT 1
---- statement, line 3
SELECT 2
