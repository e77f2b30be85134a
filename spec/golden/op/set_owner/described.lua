op.set_owner("table", "account", "pg_monitor", { existing_owner = "postgres" })
