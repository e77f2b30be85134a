options({ server_version = { postgresql = 150000 } })
op.create_table("thing", {
  op.column("id", "integer"),
  op.index("ix", "id", { unique = true, nulls_not_distinct = true }),
})
