options({ server_version = { postgresql = 160010 } })
op.alter_default_privileges({ grant = "maintain", on = "tables", to = "neap_golden_reader" })
