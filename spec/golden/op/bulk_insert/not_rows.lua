op.bulk_insert("account", { id = 1 })
