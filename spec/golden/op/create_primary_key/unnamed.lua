op.create_primary_key(nil, "account", { "id", "email" }, { include = "name" })
