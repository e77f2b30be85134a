op.alter_column("account", "age", { nullable = true })
