/* (flyway/flyway#1000) */ COPY t FROM STDIN WITH (FORMAT csv, DELIMITER ';', QUOTE '''', NULL ';') WHERE a > 0;
1;'a
b';;
\.
COPY BINARY old FROM stdin USING DELIMITERS ';'; -- old ways
1;2
\.
COPY (SELECT a FROM stdin) TO '/tmp/a;b';
COPY t FROM PROGRAM 'cat;ls';
SELECT 1;
==== expected
---- statement, line 1
COPY t FROM STDIN WITH (FORMAT csv, DELIMITER ';', QUOTE '''', NULL ';') WHERE a > 0
---- data
1;'a
b';;

---- statement, line 5
COPY BINARY old FROM stdin USING DELIMITERS ';'
---- data
1;2

---- statement, line 8
COPY (SELECT a FROM stdin) TO '/tmp/a;b'
---- statement, line 9
COPY t FROM PROGRAM 'cat;ls'
---- statement, line 10
SELECT 1
