op.bulk_insert("account", { { id = 1, name = "tab\tand \\ backslash" } })
