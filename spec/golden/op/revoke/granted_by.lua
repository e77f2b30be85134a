options({ server_version = { postgresql = 140000 } })
op.revoke("select", "table", "account", "neap_golden_reader", { granted_by = "current_user" })
