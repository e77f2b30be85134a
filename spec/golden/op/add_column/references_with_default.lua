op.add_column(
  "account",
  op.column("product", "integer", { references = "product.id", server_default = 1 })
)
