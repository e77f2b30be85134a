op.create_policy("own", "account", { using = "owner = current_user" })
