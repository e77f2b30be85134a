options({ server_version = { postgresql = 180000 } })
op.create_table("room", {
  op.column("id", "int4range"),
  op.column("during", "daterange"),
  op.primary_key({ "id", "during" }, { without_overlaps = true }),
  op.unique({ "id", "during" }, { without_overlaps = true, name = "uq", deferrable = true }),
})
op.create_table("booking", {
  op.column("room", "int4range"),
  op.column("during", "daterange"),
  op.foreign_key({ "room", "during" }, "room", { "id", "during" }, { period = true }),
})
