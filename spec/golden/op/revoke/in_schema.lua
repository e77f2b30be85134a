op.revoke("select", "table", "thing", "neap_golden_reader", { schema = "main" })
