op.create_view("v", "SELECT id FROM account")
op.create_trigger(
  "CREATE TRIGGER into_v INSTEAD OF INSERT ON v BEGIN INSERT INTO account (id) VALUES (NEW.id); END"
)
