op.grant("select", "table", "thing", "neap_golden_reader", { schema = "main" })
