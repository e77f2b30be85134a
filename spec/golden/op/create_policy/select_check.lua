op.create_policy("own", "account", { command = "select", with_check = "true" })
