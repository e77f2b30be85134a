options({ server_version = { postgresql = 170006 } })
op.create_table("booking", {
  op.column("during", "daterange"),
  op.foreign_key("during", "room", "during", { period = true }),
})
