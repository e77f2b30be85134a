op.create_partition("main.report", "report_1", { from = "2024-01-01", to = "2024-01-08" }, {
  if_not_exists = true,
  with = { fillfactor = 70 },
  comment = "a week",
})
op.create_partition(
  "main.report",
  "report_2",
  { default = true },
  { partition_by = { "hash", "day" } }
)
