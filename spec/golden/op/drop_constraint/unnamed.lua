op.drop_constraint(nil, "account", { columns = { "age" } })
