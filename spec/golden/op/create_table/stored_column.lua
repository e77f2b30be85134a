op.create_table("item", {
  op.column("a", "integer"),
  op.column("b", "integer", { generated = { "a * 2", stored = true } }),
})
