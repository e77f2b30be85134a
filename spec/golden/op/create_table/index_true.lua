op.create_table("item", {
  op.column("a", "integer", { index = true }),
  op.column("b", "integer", { index = "ix_b" }),
  op.column("c", "integer", { unique = true }),
})
