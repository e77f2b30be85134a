op.add_column("account", "email", "text")
