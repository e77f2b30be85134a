op.bulk_insert("account", { { id = 1, name = op.null }, { id = op.null, name = "b" } })
