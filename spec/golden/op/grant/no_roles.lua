op.grant("select", "table", "account")
