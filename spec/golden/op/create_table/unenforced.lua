options({ server_version = { postgresql = 180000 } })
op.create_table("thing", { op.column("id", "integer", { primary_key = true }) })
op.create_table("item", {
  op.column("price", "integer"),
  op.column("thing", "integer", { references = { "thing", "id", enforced = false } }),
  op.check("price > 0", { enforced = false }),
  op.check("price < 1000", { enforced = true }),
  op.foreign_key("price", "thing", "id", { initially = "deferred", enforced = false }),
})
