op.alter_column("account", "age", { type = "" })
