op.create_table("item", {
  op.column("price", "numeric(10,2)", { check = "price >= 0" }),
  op.column("quantity", "integer", { check = { "quantity > 0", name = "ck_quantity" } }),
  op.check("price < 1000 OR quantity < 10", { name = "ck_sane" }),
  op.check("price <> 13"),
})
