op.create_table("release", {
  op.column("product", "text", { primary_key = true }),
  op.column("version", "text", { primary_key = true }),
  op.column("build", "bigint"),
  op.unique({ "version", "build" }, { name = "uq_version_build" }),
  op.unique("build"),
})
