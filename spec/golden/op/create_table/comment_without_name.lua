op.create_table("thing", {
  op.column("id", "integer"),
  op.unique("id", { comment = "whose?" }),
})
