op.add_column("account", op.column("a", "text", { server_default = op.null }))
