op.grant("selct", "table", "account", "public")
