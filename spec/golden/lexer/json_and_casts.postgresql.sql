-- (sqlalchemy/alembic#522, vincentmakes/turbo-ea#188)
INSERT INTO t VALUES ('{"Global":true,"Over 99.99% ok":true}');
SELECT 'x'::jsonb, '12:30:00'::time, a[1:2] FROM t WHERE b LIKE '%\%%';
==== expected
---- statement, line 2
INSERT INTO t VALUES ('{"Global":true,"Over 99.99% ok":true}')
---- statement, line 3
SELECT 'x'::jsonb, '12:30:00'::time, a[1:2] FROM t WHERE b LIKE '%\%%'
