op.create_table("release", {
  op.column("product", "text"),
  op.column("version", "integer"),
  op.unique({ "product", "version" }),
  op.unique("version", { name = "uq_version" }),
})
