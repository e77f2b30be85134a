op.set_comment("view", "ages", "x", { table = "account" })
