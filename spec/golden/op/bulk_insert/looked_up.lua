answer({ { name = "matrix", notation = "array", type = "integer[]", always = false, plain = true } })
op.bulk_insert("typed", { { matrix = { { 1, 2 }, { 3, 4 } } } })
