options({ naming = { uq = "uq_{table}_{columns}" } })
op.create_table("thing", {
  op.column("id", "integer"),
  op.unique("id", { comment = "one each" }),
})
