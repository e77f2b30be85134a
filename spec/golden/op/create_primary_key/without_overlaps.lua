options({ server_version = { postgresql = 180000 } })
op.create_primary_key("uq", "room", { "id", "during" }, { without_overlaps = true })
