op.create_table("select", {
  op.column("from", "integer", { primary_key = true }),
  op.column("Group", "text"),
  op.column("a b", "text"),
  op.column('q"q', "text"),
})
op.create_index(nil, "select", { "Group" })
