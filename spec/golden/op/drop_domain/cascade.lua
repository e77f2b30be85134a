op.drop_domain("email", { if_exists = true, cascade = true })
