op.create_table_comment("account")
