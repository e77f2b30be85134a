options({ server_version = { postgresql = 180000 } })
op.create_unique_constraint("uq", "room", { "id", "during" }, { without_overlaps = true })
