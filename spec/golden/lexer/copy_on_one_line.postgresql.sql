COPY a FROM stdin; COPY b FROM stdin; SELECT 'after';
a;
\.
b;
\.
SELECT 'last';
==== expected
---- statement, line 1
COPY a FROM stdin
---- data
a;

---- statement, line 1
COPY b FROM stdin
---- data
b;

---- statement, line 1
SELECT 'after'
---- statement, line 6
SELECT 'last'
