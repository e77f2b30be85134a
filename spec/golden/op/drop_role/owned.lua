op.create_role("neap_golden")
op.drop_role("neap_golden", { owned = "reassign" })
op.create_role("neap_golden")
op.drop_role("neap_golden", { owned = "drop" })
