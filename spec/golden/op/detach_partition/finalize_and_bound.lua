options({ server_version = { postgresql = 140000 }, text_only = "it needs an interrupted detach" })
op.detach_partition("report", "report_1", { finalize = true, bound = { default = true } })
