op.drop_index("ix_gone", { if_exists = true, table = "account" })
