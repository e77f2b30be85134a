op.drop_policy("own", "account")
op.drop_policy("own", "bixie.report", { if_exists = true })
