SELECT E'it\'s; \\', 'a\', U&'d\0061t;', U&"d\0061t;", e'a'
  -- goes on; here
  '\';';
SELECT B'01', X'1F', N'a\', note'';
==== expected
---- statement, line 1
SELECT E'it\'s; \\', 'a\', U&'d\0061t;', U&"d\0061t;", e'a'
  -- goes on; here
  '\';'
---- statement, line 4
SELECT B'01', X'1F', N'a\', note''
