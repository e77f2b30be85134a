options({ naming = { fk = "fk_{table}_{columns}_{referred_table}" } })
op.create_foreign_key(nil, "report", "product", "product_id", "id", { ondelete = "cascade" })
