op.force_row_security("thing", { schema = "main" })
