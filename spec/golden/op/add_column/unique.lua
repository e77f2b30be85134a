op.add_column("account", op.column("email", "text", { unique = true }))
