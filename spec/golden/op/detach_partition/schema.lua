op.detach_partition("report", "report_1", { schema = "bixie" })
