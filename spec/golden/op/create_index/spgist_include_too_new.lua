options({ server_version = { postgresql = 130010 } })
op.create_index("ix", "account", "email", { using = "spgist", include = "id" })
