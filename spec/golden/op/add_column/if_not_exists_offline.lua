options({ offline = true })
op.add_column("account", op.column("name", "text"), { if_not_exists = true })
