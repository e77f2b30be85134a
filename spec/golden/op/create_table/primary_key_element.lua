op.create_table("release", {
  op.column("product", "text"),
  op.column("version", "text", { nullable = false }),
  op.primary_key({ "product", "version" }, { name = "pk_release" }),
})
