options({ offline = true })
op.alter_role("neap_golden", { password = "secret" })
