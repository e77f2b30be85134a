op.create_policy("No backdating", "report", {
  schema = "bixie",
  as = "restrictive",
  command = "insert",
  to = { "neap_golden_a", "public", "current_user" },
  with_check = op.sql("created >= now() -- or later"),
  comment = "it's the law",
})
