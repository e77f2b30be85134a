op.create_table("report", {
  op.column("id", "integer", { primary_key = true }),
  op.column("product", "integer", { references = { "product" } }),
  op.foreign_key("id", "product"),
})
