op.create_unique_constraint("uq", "account")
