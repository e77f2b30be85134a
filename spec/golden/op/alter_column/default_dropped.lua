op.alter_column("account", "age", { server_default = op.null })
