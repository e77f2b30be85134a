if neap.dialect == "sqlite" then
  op.create_trigger([[
CREATE TRIGGER touch AFTER UPDATE ON account
BEGIN
  UPDATE account SET touched = 1 WHERE id = new.id;
  SELECT 1;
END]])
else
  op.create_trigger(
    "CREATE TRIGGER touch BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
  )
end
