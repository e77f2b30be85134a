op.create_table("item", {
  op.column("price", "integer", { check = "price > 0" }),
  op.column("n", "integer", { check = { "n < 10", name = "ck_n" } }),
})
