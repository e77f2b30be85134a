op.drop_role("neap_golden", { owned = "drop", if_exists = true })
op.create_role("neap_golden")
op.drop_role("neap_golden", { owned = "reassign", if_exists = true })
