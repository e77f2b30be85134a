options({ server_version = 3053000 })
op.alter_column("account", "age", { nullable = false })
op.alter_column("account", "age", { nullable = true })
