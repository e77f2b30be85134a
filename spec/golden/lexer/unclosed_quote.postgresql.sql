SELECT 1;
SELECT 'it''s;
SELECT 2;
==== expected
---- statement, line 1
SELECT 1
---- unclosed, line 2
SELECT 'it''s;
SELECT 2;

