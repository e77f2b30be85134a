options({ server_version = { postgresql = 180000 } })
op.create_foreign_key("fk", "booking", "room", { "room", "during" }, { "id", "during" }, {
  period = true,
})
