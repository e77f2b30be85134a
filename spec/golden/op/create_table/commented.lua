op.create_table(
  "item",
  { op.column("a", "integer", { comment = "it's" }) },
  { comment = "a \\ table" }
)
