op.no_force_row_security("thing", { schema = "main" })
