op.bulk_insert("account", {
  { id = 1, name = "it's", active = true, created = "2014-04-01" },
  { id = 2, name = op.null, active = false, created = op.sql("current_date") },
  { id = 3, score = 1.5 },
})
