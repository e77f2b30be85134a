options({ server_version = { postgresql = 180000 } })
op.create_table("item", {
  op.column("price", "integer"),
  op.column("twice", "integer", { generated = { "price * 2", stored = false } }),
})
