options({ server_version = 3053000 })
op.create_check_constraint("ck_age", "account", "age > 0")
