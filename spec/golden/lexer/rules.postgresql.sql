CREATE RULE log_shoelace AS ON UPDATE TO shoelace_data DO ALSO (
  INSERT INTO shoelace_log VALUES (NEW.sl_name, ');');
  DELETE FROM a WHERE (b = 1);
);
SELECT 1;
==== expected
---- statement, line 1
CREATE RULE log_shoelace AS ON UPDATE TO shoelace_data DO ALSO (
  INSERT INTO shoelace_log VALUES (NEW.sl_name, ');');
  DELETE FROM a WHERE (b = 1);
)
---- statement, line 5
SELECT 1
