op.create_table("scratch", { op.column("id", "integer") }, { temporary = true })
