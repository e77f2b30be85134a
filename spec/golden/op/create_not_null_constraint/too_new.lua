options({ server_version = { postgresql = 170006 } })
op.create_not_null_constraint("price_is_known", "item", "price")
