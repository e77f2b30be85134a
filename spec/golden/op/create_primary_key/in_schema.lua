op.create_primary_key("pk", "thing", "id", { schema = "main", comment = "the key" })
