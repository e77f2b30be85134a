op.add_column("bixie.account", op.column("email", "text", { comment = "e", index = true }))
