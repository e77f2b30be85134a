op.create_partition("report", "report_1", { from = "2024-01-01", to = "2024-01-08" }, {
  schema = "main",
  using = "heap",
  tablespace = "pg_default",
})
