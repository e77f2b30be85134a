-- (flyway/flyway#3643, liquibase/liquibase#2186)
CREATE OR REPLACE PROCEDURE insert_data(a integer, b integer)
LANGUAGE SQL
BEGIN ATOMIC
  INSERT INTO tbl VALUES (a);
  INSERT INTO tbl VALUES (CASE WHEN b > 0 THEN b ELSE CASE b WHEN 0 THEN 1 END END);
END;

CALL insert_data(1, 2);
==== expected
---- statement, line 2
CREATE OR REPLACE PROCEDURE insert_data(a integer, b integer)
LANGUAGE SQL
BEGIN ATOMIC
  INSERT INTO tbl VALUES (a);
  INSERT INTO tbl VALUES (CASE WHEN b > 0 THEN b ELSE CASE b WHEN 0 THEN 1 END END);
END
---- statement, line 9
CALL insert_data(1, 2)
