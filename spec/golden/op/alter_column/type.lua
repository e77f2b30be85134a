op.alter_column("account", "id", { type = "bigint" })
