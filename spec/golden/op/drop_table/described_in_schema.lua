op.drop_table("thing", {
  schema = "main",
  elements = {
    op.column("id", "integer", { nullable = false }),
    op.column("name", "text"),
    op.column("parent", "integer"),
  },
  options = { comment = op.null },
})
