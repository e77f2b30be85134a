op.enable_row_security("account")
op.enable_row_security("bixie.report")
