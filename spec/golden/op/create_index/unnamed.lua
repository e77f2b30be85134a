op.create_index(nil, "account", { "email", "age" })
