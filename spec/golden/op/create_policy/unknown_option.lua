op.create_policy("own", "account", { restrictive = true })
