options({ server_version = { postgresql = 160000 } })
op.revoke(nil, "role", "pg_read_all_stats", "pg_monitor", { inherit_option_for = true })
op.revoke(nil, "role", "pg_read_all_stats", "pg_monitor", { set_option_for = true })
