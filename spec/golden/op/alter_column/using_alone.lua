op.alter_column("account", "age", { using = "age::integer" })
