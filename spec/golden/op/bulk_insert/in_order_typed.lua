op.bulk_insert("typed", { { 1, { "a", "b" } } }, { columns = { "id", "keys", keys = "text[]" } })
