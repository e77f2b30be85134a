op.set_comment("view", "ages", "x", { domain = "email" })
