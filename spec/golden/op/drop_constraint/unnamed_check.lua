op.drop_constraint(nil, "item", { check = "Price  > 0" })
