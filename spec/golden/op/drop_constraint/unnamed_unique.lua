op.drop_constraint(nil, "item", { columns = { "id", "price" } })
