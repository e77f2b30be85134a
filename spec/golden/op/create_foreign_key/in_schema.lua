op.create_foreign_key("fk", "thing", "other", "parent", "id", { schema = "main", comment = "up" })
