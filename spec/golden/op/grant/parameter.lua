options({ server_version = { postgresql = 150000 } })
op.grant("set, alter system", "parameter", "log_min_messages", "neap_golden_reader")
