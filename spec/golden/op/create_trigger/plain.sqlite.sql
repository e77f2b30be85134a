CREATE TRIGGER touch AFTER UPDATE ON account
BEGIN
  UPDATE account SET touched = 1 WHERE id = new.id;
  SELECT 1;
END;
