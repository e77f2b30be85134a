options({ server_version = { postgresql = 150000 } })
op.create_table("k", {
  op.column("a", "integer"),
  op.column("b", "integer"),
  op.primary_key("a", { include = "b", deferrable = false }),
  op.unique("b", { nulls_not_distinct = true, name = "uq" }),
})
