op.create_table("thing", {
  op.column("id", "integer"),
  op.check("id > 0", { name = "ck", no_inherit = true }),
})
