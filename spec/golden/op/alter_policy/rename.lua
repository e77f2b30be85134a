op.alter_policy("own", "account", { new_name = "mine" })
