op.drop_policy("own", "account", { options = {} })
