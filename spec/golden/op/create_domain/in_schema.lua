op.create_domain("email", "text", { schema = "main", comment = "an address" })
