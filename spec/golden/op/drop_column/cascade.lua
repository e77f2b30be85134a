op.drop_column("account", "name", { cascade = true })
