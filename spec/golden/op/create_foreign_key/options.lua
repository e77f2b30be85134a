op.create_foreign_key(nil, "report", "product", { "a", "b" }, { "a", "b" }, {
  ondelete = "set default",
  onupdate = "no action",
  match = "simple",
  deferrable = true,
  initially = "deferred",
  not_valid = true,
})
