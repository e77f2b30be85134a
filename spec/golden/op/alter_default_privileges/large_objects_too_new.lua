options({ server_version = { postgresql = 170006 } })
op.alter_default_privileges({ grant = "select", on = "large objects", to = "pg_monitor" })
