op.create_table("a", { op.column("id", "integer", { primary_key = true }) })
op.create_table("b", {
  op.column("a", "integer", { references = { "a" } }),
  op.foreign_key("a", "a", nil, { name = "fk_again", onupdate = "set null" }),
})
