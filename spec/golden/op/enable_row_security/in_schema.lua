op.enable_row_security("thing", { schema = "main" })
