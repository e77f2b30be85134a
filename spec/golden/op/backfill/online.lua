answer({ { name = "id", nullable = false } })
answer({ { k1 = "2" } })
answer({})
op.backfill({
  table = "person",
  set = { name = op.sql("lower(name)") },
  where = "name <> lower(name)",
  batch = 2,
})
