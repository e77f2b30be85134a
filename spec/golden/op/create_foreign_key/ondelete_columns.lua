options({ server_version = { postgresql = 150000 } })
op.create_foreign_key("fk", "thing", "up", { "id", "other" }, { "id", "other" }, {
  ondelete = "set default",
  ondelete_columns = { "other" },
})
