op.create_table("ticket", { op.column("id", "serial", { primary_key = true }) })
