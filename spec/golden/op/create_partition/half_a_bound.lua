op.create_partition("report", "report_1", { from = "2024-01-01" })
