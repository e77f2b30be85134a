op.alter_role("neap_golden", {})
