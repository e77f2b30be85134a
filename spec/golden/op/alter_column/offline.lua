options({ offline = true })
op.alter_column("account", "age", { type = "integer" })
