op.drop_constraint("ix_age", "account")
