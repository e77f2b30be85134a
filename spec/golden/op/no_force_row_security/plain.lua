op.no_force_row_security("account")
op.no_force_row_security("bixie.report")
