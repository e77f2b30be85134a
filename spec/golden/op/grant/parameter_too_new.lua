options({ server_version = { postgresql = 140010 } })
op.grant("set", "parameter", "log_min_messages", "neap_golden_reader")
