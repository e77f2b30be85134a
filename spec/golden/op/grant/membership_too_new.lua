options({ server_version = { postgresql = 150010 } })
op.grant(nil, "role", "pg_read_all_stats", "pg_monitor", { set = false })
