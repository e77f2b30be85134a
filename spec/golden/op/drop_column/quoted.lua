op.drop_column("account", "Odd")
