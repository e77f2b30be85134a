op.create_policy("own", "account", { command = "insert", using = "true" })
