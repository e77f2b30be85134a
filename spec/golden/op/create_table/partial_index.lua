op.create_table("item", {
  op.column("id", "integer"),
  op.column("name", "text"),
  op.index("ix_item_name", { { "name", desc = true } }, { unique = true, where = "id > 5" }),
})
