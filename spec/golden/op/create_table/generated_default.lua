op.create_table("box", {
  op.column("w", "integer"),
  op.column("double_w", "integer", { generated = "w * 2" }),
})
