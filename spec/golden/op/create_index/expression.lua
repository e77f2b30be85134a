op.create_index("ix_lower", "account", op.sql("lower(email)"))
