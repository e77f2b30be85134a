op.add_column("account", op.column("email", "text", { index = true, comment = "lower case" }))
