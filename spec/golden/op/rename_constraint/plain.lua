op.rename_constraint("ck_age", "ck_Age", "account")
