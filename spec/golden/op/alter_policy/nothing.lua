op.alter_policy("own", "account", {})
