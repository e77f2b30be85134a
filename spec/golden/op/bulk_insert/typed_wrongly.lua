op.bulk_insert("account", { { name = { 1 } } }, { columns = { name = "text" } })
