op.bulk_insert("account", { { 1, "a" }, { 2, "b", true } }, { columns = { "id", "name" } })
