options({ server_version = { postgresql = 180000 } })
op.create_not_null_constraint("price_is_known", "item", "price")
