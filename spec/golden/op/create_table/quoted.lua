op.create_table("Order", {
  op.column("select", "integer", { primary_key = true }),
  op.column('odd "name"', "text", { server_default = "it's" }),
  op.column("a.b", "text", { index = "My Index", server_default = "back\\slash" }),
  op.column("größe", "integer", { check = '"größe" > 0' }),
  op.unique('odd "name"', { name = "Unique One" }),
})
