options({ server_version = { postgresql = 170006 } })
op.create_table(
  "item",
  { op.column("price", "integer"), op.not_null("price", { name = "price_is_known" }) }
)
