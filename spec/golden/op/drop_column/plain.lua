op.drop_column("account", "name")
