op.backfill({ table = "account", were = "id > 5" })
