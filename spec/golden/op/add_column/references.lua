op.add_column(
  "account",
  op.column(
    "product",
    "integer",
    { references = { "product", "id", ondelete = "cascade" }, index = true }
  )
)
