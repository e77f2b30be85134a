op.create_unique_constraint("uq_email", "account", "email")
