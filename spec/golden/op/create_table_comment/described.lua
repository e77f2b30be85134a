op.create_table_comment("thing", "new", { schema = "main", existing_comment = "old" })
