options({ server_version = { postgresql = 170000 } })
op.grant("maintain", "table", "account", "neap_golden_reader")
