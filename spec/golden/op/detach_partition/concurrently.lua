options({ server_version = { postgresql = 140000 } })
op.detach_partition("report", "report_1", { concurrently = true })
