options({ offline = true })
op.backfill({
  table = "account",
  set = { name = op.sql("lower(name)"), id = 5 },
  where = "name IS NOT NULL",
  key = "id",
  batch = 1000,
})
op.backfill({ table = "main.account", set = "name = 'x'" })
