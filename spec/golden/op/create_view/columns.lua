op.create_view(
  "adult",
  "SELECT id, name FROM account WHERE age > 17;",
  { columns = { "number", "Name" } }
)
