op.alter_column("account", "age", { comment = "in years" })
