op.create_table("a\0b", { op.column("id", "integer") })
