SELECT 1;
-- a comment; of one line
COPY t FROM stdin;
1;
\.

SELECT
  2;
==== expected
---- statement, line 1
SELECT 1
---- statement, line 3
COPY t FROM stdin
---- data
1;

---- statement, line 7
SELECT
  2
