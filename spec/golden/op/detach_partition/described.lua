op.detach_partition("report", "report_1", { bound = { from = "2024-01-01", to = "2024-01-08" } })
