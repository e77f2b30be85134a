op.create_view(
  "v",
  "VALUES (1) UNION ALL SELECT n + 1 FROM v WHERE n < 3",
  { recursive = true, columns = "n" }
)
