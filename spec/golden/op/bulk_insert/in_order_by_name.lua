op.bulk_insert("account", { { 1, "a" }, { id = 2, name = "b" } }, { columns = { "id", "name" } })
