op.create_index("ix_one", "account", { "age", desc = true })
