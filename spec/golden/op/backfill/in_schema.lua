answer({ { name = "id", nullable = false } })
op.backfill({ table = "thing", schema = "main", set = "name = 'x'", key = "id" })
