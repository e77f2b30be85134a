op.disable_row_security("nowhere", { if_exists = true })
