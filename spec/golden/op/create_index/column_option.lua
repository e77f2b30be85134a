op.create_index("ix", "account", { { "email", descending = true } })
