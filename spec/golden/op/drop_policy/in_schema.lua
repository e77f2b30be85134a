op.drop_policy("own", "thing", { schema = "main" })
