op.create_role("neap_golden", { if_not_exists = true, login = false })
