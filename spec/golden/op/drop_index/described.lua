op.drop_index("ix_email", { table = "account", columns = "email" })
