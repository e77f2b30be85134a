options({ server_version = { postgresql = 140010 } })
op.create_table("item", {
  op.column("price", "integer"),
  op.unique("price", { nulls_not_distinct = true }),
})
