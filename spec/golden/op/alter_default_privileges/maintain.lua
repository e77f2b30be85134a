options({ server_version = { postgresql = 170000 } })
op.alter_default_privileges({ grant = "maintain", on = "tables", to = "neap_golden_reader" })
