op.alter_policy("own", "account", { to = "neap_golden_a", using = "id > 0", new_name = "Own" })
