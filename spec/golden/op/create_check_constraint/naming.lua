options({ naming = { ck = "ck_{table}_{constraint_name}" } })
op.create_check_constraint("adult", "account", "age > 17")
