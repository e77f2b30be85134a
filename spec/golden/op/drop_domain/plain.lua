op.drop_domain("email")
