COPY a FROM stdin;
1
2
==== expected
---- statement, line 1
COPY a FROM stdin
---- data
1
2

