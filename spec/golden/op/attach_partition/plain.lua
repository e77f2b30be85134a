op.attach_partition("report", "report_1", { from = "2024-01-01", to = "2024-01-08" })
