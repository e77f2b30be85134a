options({ server_version = { postgresql = 170000 } })
op.alter_column("item", "twice", { generated = "price * 3", existing_generated = "price * 2" })
