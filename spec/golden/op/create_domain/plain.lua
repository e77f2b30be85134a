op.create_domain("email", "text")
