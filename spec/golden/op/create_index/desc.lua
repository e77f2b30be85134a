op.create_index(nil, "account", { { "age", desc = true }, "id" })
