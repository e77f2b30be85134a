op.set_comment("table", "account")
