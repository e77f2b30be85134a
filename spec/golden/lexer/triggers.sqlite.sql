CREATE TRIGGER t1 AFTER INSERT ON a WHEN new.b > 0 BEGIN
  UPDATE c SET d = CASE WHEN new.b = 1 THEN 'one;' ELSE 'more' END WHERE e = new.e;
  DELETE FROM f WHERE "end" = 1;
  SELECT RAISE(ABORT, 'no; way') WHERE new.b = 7; -- END;
END;
CREATE TEMP TRIGGER IF NOT EXISTS t2 INSTEAD OF DELETE ON v BEGIN SELECT 1; END ;
create temporary trigger t3 after update on a begin select 1;; end;
DROP TRIGGER t1;
==== expected
---- statement, line 1
CREATE TRIGGER t1 AFTER INSERT ON a WHEN new.b > 0 BEGIN
  UPDATE c SET d = CASE WHEN new.b = 1 THEN 'one;' ELSE 'more' END WHERE e = new.e;
  DELETE FROM f WHERE "end" = 1;
  SELECT RAISE(ABORT, 'no; way') WHERE new.b = 7; -- END;
END
---- statement, line 6
CREATE TEMP TRIGGER IF NOT EXISTS t2 INSTEAD OF DELETE ON v BEGIN SELECT 1; END
---- statement, line 7
create temporary trigger t3 after update on a begin select 1;; end
---- statement, line 8
DROP TRIGGER t1
