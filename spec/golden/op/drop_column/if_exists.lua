answer({ { ["1"] = 1 } })
op.drop_column("account", "name", { if_exists = true })
