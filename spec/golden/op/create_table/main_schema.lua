op.create_table(
  "t.with dot",
  { op.column("a", "integer", { references = "main.other.id" }) },
  { schema = "main" }
)
