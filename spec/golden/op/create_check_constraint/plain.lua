op.create_check_constraint("ck_age", "account", "age > 0")
