op.add_column("other", op.column("id", "bigint", { primary_key = true, identity = true }))
