op.create_partition("report", "report_1", { form = "2024-01-01", to = "2024-01-08" })
