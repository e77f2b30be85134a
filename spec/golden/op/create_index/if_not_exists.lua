op.create_index("ix_age", "account", "age", { if_not_exists = true })
