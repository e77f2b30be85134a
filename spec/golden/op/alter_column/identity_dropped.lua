op.alter_column("account", "id", { identity = false })
