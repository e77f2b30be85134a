op.add_column("thing", op.column("a.b", "text"), { schema = "main" })
