op.drop_role("neap_golden_gone", { if_exists = true })
