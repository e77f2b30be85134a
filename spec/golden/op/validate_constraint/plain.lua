op.validate_constraint("ck_age", "account")
