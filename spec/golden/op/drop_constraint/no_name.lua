op.drop_constraint(nil, "account")
