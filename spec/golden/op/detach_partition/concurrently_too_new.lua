options({ server_version = { postgresql = 130014 } })
op.detach_partition("report", "report_1", { concurrently = true })
