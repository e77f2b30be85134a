options({ offline = true, server_version = { postgresql = 150000 } })
op.create_table("item", {
  op.column("price", "integer"),
  op.unique("price", { nulls_not_distinct = true }),
})
