options({ server_version = { postgresql = 140000 } })
op.create_index("ix", "account", "email", { using = "spgist", include = "id" })
