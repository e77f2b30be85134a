op.backfill({ table = "account", set = "name = 'x'" })
