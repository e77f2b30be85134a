op.drop_column("thing", "name", { schema = "main" })
