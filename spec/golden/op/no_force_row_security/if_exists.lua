op.no_force_row_security("nowhere", { if_exists = true })
