op.create_table(
  "report",
  { op.column("id", "integer", { index = true }) },
  { if_not_exists = true }
)
