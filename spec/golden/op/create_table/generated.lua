op.create_table("box", {
  op.column("w", "integer", { nullable = false }),
  op.column("h", "integer", { nullable = false }),
  op.column("area", "integer", { generated = { "w * h", stored = true } }),
})
