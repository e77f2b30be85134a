op.create_role("neap_golden", { password = "$neap$'\\", if_not_exists = true })
