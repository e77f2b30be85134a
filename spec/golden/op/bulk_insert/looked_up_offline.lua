options({ offline = true })
op.bulk_insert("typed", { { matrix = { 1 } } })
