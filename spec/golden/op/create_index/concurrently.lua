op.create_index("ix_email", "account", "email", { concurrently = true })
