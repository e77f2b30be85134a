op.create_table("bixie.report", {
  op.column("id", "integer", { primary_key = true, comment = "the id" }),
  op.column("signature", "text", { index = true }),
  op.column("product", "integer", { references = "bixie.product.id" }),
}, { comment = "crash reports" })
