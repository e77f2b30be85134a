-- $1 and a$b$ are no quotes.
PREPARE p AS SELECT $1, $2; SELECT a$b$ FROM c$b$; EXECUTE p(1, 2);
==== expected
---- statement, line 2
PREPARE p AS SELECT $1, $2
---- statement, line 2
SELECT a$b$ FROM c$b$
---- statement, line 2
EXECUTE p(1, 2)
