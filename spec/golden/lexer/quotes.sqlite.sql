SELECT 'it''s;', "a;""b", [c;d], `e;``f`, x'3b', 'back\'; SELECT '''', E'\';
CREATE TABLE [a;b] (`c;d` TEXT DEFAULT ';', "e" CHECK (e <> ';'));
==== expected
---- statement, line 1
SELECT 'it''s;', "a;""b", [c;d], `e;``f`, x'3b', 'back\'
---- statement, line 1
SELECT '''', E'\'
---- statement, line 2
CREATE TABLE [a;b] (`c;d` TEXT DEFAULT ';', "e" CHECK (e <> ';'))
