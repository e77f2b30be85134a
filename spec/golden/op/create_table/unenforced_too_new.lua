options({ server_version = { postgresql = 170006 } })
op.create_table(
  "item",
  { op.column("price", "integer"), op.check("price > 0", { enforced = false }) }
)
