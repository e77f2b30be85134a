op.revoke("all", "schema", "public", "public")
op.revoke("select", "table", "account", "pg_monitor", { cascade = true, columns = "id" })
op.revoke("insert", "table", "account", "pg_monitor", { grant_option_for = true })
op.revoke(nil, "role", "pg_read_all_stats", "pg_monitor", { admin_option_for = true })
