options({ naming = { uq = "uq_{table}_{columns}" } })
op.create_unique_constraint(nil, "account", { "email", "id" })
