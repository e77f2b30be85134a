op.create_role("neap_golden_role", { admin = "neap_golden_boss" })
