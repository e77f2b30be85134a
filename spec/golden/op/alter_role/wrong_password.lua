op.alter_role("neap_golden", { password = 1234567 })
