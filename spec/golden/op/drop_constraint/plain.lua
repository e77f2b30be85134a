op.drop_constraint("ck_age", "account")
