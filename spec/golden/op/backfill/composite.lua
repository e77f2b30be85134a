answer({ { name = "product", nullable = false }, { name = "Version", nullable = true } })
answer({})
answer({ { k1 = neap.dialect == "sqlite" and "'a'" or "a", k2 = "4" } })
answer({})
op.backfill({
  table = "release",
  set = "n = n + 1 -- one more",
  key = { "product", "Version" },
  batch = 3,
  where = op.sql("n > 0 OR n < 0"),
})
