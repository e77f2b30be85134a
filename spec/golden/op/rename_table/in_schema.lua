op.rename_table("thing", "a.b", { schema = "main" })
