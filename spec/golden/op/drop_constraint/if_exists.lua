op.drop_constraint("gone", "account", { if_exists = true })
