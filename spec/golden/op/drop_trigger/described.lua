op.drop_trigger("touch", "account", {
  definition = neap.dialect == "sqlite"
      and "CREATE TRIGGER touch AFTER UPDATE ON account BEGIN SELECT 1; END"
    or "CREATE TRIGGER touch BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
})
