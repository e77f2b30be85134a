op.create_index("Ix Email", "account", "email")
