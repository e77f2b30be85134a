options({ server_version = { postgresql = 130010 } })
op.grant("select", "table", "account", "neap_golden_reader", { granted_by = "current_role" })
