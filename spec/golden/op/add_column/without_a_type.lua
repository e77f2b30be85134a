op.add_column("account", op.column("anything", "", { nullable = false, server_default = 1 }))
