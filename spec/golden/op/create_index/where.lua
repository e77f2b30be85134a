op.create_index("ix_adult", "account", "age", { where = "age >= 18 AND name IS NOT NULL" })
