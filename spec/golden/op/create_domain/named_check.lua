op.create_domain(
  "percent",
  "integer",
  { check = { "value BETWEEN 0 AND 100", name = "in_range" }, server_default = 0 }
)
