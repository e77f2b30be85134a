op.drop_role("neap_golden_role", { options = { login = true } })
