op.bulk_insert("account", { { id = -5, score = 1.5 }, { id = 2147483647, score = 1e300 } })
