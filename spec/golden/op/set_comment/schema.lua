op.set_comment("sequence", "ids", "new", { schema = "bixie", existing_comment = "old" })
op.set_comment("column", "public.account.id", "a number")
