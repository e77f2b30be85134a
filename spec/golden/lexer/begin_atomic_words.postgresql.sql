-- END as a label and as a column, RETURN, an empty body.
CREATE FUNCTION a() RETURNS int RETURN (SELECT 1);
CREATE FUNCTION b(t tbl) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT t.end AS end FROM tbl t; RETURN 1; END;
CREATE PROCEDURE c() LANGUAGE sql BEGIN ATOMIC END;
SELECT 1;
==== expected
---- statement, line 2
CREATE FUNCTION a() RETURNS int RETURN (SELECT 1)
---- statement, line 3
CREATE FUNCTION b(t tbl) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT t.end AS end FROM tbl t; RETURN 1; END
---- statement, line 4
CREATE PROCEDURE c() LANGUAGE sql BEGIN ATOMIC END
---- statement, line 5
SELECT 1
