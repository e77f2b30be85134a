options({ server_version = { postgresql = 160010 } })
op.create_table("booking", {
  op.column("room", "int4range"),
  op.exclude({ { "room", "=" } }),
}, { partition_by = { "list", "room" } })
