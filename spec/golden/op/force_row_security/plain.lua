op.force_row_security("account")
op.force_row_security("bixie.report")
