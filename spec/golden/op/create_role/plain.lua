op.create_role("neap_golden")
