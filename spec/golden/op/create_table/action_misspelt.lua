op.create_table(
  "account",
  { op.column("a", "integer", { references = { "b", "c", ondelete = "cascad" } }) }
)
