options({ server_version = { postgresql = 160010 } })
op.create_table(
  "report",
  { op.column("day", "date") },
  { partition_by = { "range", "day" }, using = "heap" }
)
