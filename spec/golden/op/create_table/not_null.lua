options({ server_version = { postgresql = 180000 } })
op.create_table("item", {
  op.column("id", "integer", { primary_key = true }),
  op.column("price", "integer"),
  op.not_null("price", { name = "price_is_known", no_inherit = true, comment = "since May" }),
})
