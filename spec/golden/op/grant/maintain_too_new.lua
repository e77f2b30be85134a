options({ server_version = { postgresql = 160010 } })
op.grant("maintain", "table", "account", "neap_golden_reader")
