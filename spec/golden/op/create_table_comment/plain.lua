op.create_table_comment("account", "people's accounts")
