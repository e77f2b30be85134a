op.add_column("account", op.column("n", "integer", { nullable = false, server_default = -5 }))
