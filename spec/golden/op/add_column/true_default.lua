op.add_column(
  "account",
  op.column("active", "boolean", { nullable = false, server_default = true })
)
