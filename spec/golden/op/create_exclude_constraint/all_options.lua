op.create_exclude_constraint("no_overlap", "thing", { { "room", "&&" } }, {
  schema = "main",
  using = "gist",
  where = "room IS NOT NULL",
  deferrable = true,
  initially = "deferred",
  comment = "one at a time",
})
