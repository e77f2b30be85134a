op.create_table(
  "item",
  { op.column("a", "timestamptz", { server_default = op.sql("now()"), nullable = false }) }
)
