op.create_not_null_constraint("price_is_known", "item", { "price" })
