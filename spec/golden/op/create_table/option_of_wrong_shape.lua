op.create_table("account", { op.column("id", "integer") }, { if_not_exists = "yes" })
