op.drop_constraint("ck_aeg", "account")
