op.create_index("ix", "account", "email", { were = "age > 0" })
