op.backfill({ table = "account", set = "n = 1", batch = 0 })
