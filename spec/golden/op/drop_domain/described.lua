op.drop_domain("email", { type = "text" })
