op.alter_column("account", "id", { nullable = false, identity = { always = false, start = 100 } })
