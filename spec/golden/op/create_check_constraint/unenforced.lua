options({ server_version = { postgresql = 180000 } })
op.create_check_constraint("ck_age", "account", "age > 0", { enforced = false })
