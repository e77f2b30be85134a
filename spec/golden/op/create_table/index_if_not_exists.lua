op.create_table("thing", {
  op.column("id", "integer"),
  op.index("ix", "id", { if_not_exists = true, comment = "twice is nothing" }),
})
