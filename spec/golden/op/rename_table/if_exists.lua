op.rename_table("account", "person", { if_exists = true })
