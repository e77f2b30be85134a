op.create_table("ticket", { op.column("id", "text", { primary_key = true, autoincrement = true }) })
