if neap.dialect == "postgresql" then
  op.create_trigger(
    "CREATE TRIGGER touch BEFORE UPDATE ON main.thing FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    { comment = "for quiet" }
  )
else
  op.create_trigger(
    "CREATE TRIGGER touch AFTER UPDATE ON thing BEGIN SELECT 1; END",
    { comment = "for quiet" }
  )
end
