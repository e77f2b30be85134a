op.drop_table("account", { elements = { op.column("id", "integer", { primary_key = true }) } })
