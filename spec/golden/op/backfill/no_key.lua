answer({})
op.backfill({ table = "account", set = "n = 1" })
