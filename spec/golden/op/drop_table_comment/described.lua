op.drop_table_comment("thing", { schema = "main", existing_comment = "old" })
