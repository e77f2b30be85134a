op.alter_role("neap_golden", { password = op.null })
