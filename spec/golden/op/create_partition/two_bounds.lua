op.create_partition("report", "report_a", { values = { 1 }, default = true })
