op.create_index("ix", "account")
