options({ server_version = 3053000 })
op.drop_constraint("ck_age", "account")
