op.bulk_insert("account", {})
