op.drop_index("bixie.ix_report")
op.drop_index("ix_other", { table = "bixie.report", if_exists = true })
