op.disable_row_security("thing", { schema = "main" })
