op.create_index("ix_email", "account", "email", { comment = "for the login" })
