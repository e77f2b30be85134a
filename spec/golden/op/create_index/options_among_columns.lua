op.create_index("ix", "account", { "email", unique = true })
