op.create_unique_constraint("uq", "thing", "id", { schema = "main", comment = "one" })
