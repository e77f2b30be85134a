op.bulk_insert("account", { { 1, "a" } }, { columns = { "id", "id" } })
