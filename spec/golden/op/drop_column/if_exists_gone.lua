op.drop_column("account", "gone", { if_exists = true })
