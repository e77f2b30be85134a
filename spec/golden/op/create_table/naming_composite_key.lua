options({ naming = { pk = "pk_{table}" } })
op.create_table("release", {
  op.column("a", "integer", { primary_key = true }),
  op.column("b", "integer", { primary_key = true }),
})
