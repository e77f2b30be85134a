op.alter_column("account", "age", { comment = op.null })
