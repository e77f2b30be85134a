op.enable_row_security("nowhere", { if_exists = true })
