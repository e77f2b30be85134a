op.disable_row_security("account")
op.disable_row_security("bixie.report")
