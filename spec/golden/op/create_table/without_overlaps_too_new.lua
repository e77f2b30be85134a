options({ server_version = { postgresql = 170006 } })
op.create_table("room", {
  op.column("id", "int4range"),
  op.column("during", "daterange"),
  op.primary_key({ "id", "during" }, { without_overlaps = true }),
})
