op.create_table("report", {
  op.column("id", "integer", { primary_key = true }),
  op.column("product", "integer", { references = "product.id", nullable = false }),
  op.column("owner", "integer", {
    references = {
      "account",
      "id",
      name = "fk_owner",
      ondelete = "set null",
      onupdate = "cascade",
      initially = "deferred",
    },
  }),
  op.column("a", "text"),
  op.column("b", "text"),
  op.foreign_key(
    { "a", "b" },
    "release",
    { "product", "version" },
    { name = "fk_release", match = "full", deferrable = true }
  ),
})
