op.create_partition("report", "report_1", { from = "2024-01-01", to = "2024-01-08" })
op.create_partition(
  "report",
  "report_rest",
  { default = true },
  { if_not_exists = true, comment = "the rest" }
)
op.create_partition("public.report", "report_0", { from = op.sql("MINVALUE"), to = "2023-01-01" }, {
  with = { fillfactor = 70 },
})
