options({ server_version = { postgresql = 140010 } })
op.create_index("ix", "account", "email", { unique = true, nulls_not_distinct = true })
