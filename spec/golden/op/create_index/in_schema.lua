op.create_index("ix.thing", "thing", "id", { schema = "main" })
