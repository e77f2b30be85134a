op.drop_constraint(nil, "item", { check = "price  > 0" })
