options({ server_version = { postgresql = 180000 } })
op.create_not_null_constraint("price_is_known", "item", "price", {
  not_valid = true,
  no_inherit = true,
  schema = "public",
  comment = "since May",
})
