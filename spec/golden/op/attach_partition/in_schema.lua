op.attach_partition("report", "report_1", { default = true }, { schema = "main" })
