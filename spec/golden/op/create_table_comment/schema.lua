op.create_table_comment("account", "x", { schema = "public" })
