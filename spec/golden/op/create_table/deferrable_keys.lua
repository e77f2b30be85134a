op.create_table("thing", {
  op.column("id", "integer"),
  op.column("other", "integer"),
  op.primary_key("id", { name = "pk_thing", deferrable = true, initially = "deferred" }),
  op.unique(
    "other",
    { name = "uq_thing", deferrable = true, initially = "immediate", include = "id" }
  ),
})
