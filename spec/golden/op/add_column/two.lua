op.add_column("account", op.column("a", "text"))
op.add_column("account", op.column("b", "text", { server_default = "b" }))
