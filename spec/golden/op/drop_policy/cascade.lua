op.drop_policy("own", "thing", { if_exists = true, cascade = true })
