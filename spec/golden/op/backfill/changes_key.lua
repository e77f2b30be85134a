answer({ { name = "id", nullable = false } })
op.backfill({ table = "account", set = { id = op.sql("id + 1") }, key = "id" })
