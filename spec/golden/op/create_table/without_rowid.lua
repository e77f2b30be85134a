op.create_table(
  "pair",
  { op.column("key", "integer", { primary_key = true }) },
  { without_rowid = true }
)
