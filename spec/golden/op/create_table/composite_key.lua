op.create_table("release", {
  op.column("product", "text"),
  op.column("version", "integer"),
  op.primary_key({ "product", "version" }, { name = "pk_release" }),
})
