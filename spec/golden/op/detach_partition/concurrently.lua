op.detach_partition("report", "report_1", { concurrently = true })
