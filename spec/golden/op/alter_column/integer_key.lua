op.alter_column("numbered", "id", { type = "bigint" })
op.alter_column("numbered", "note", { nullable = true })
