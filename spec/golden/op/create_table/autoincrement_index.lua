op.create_table("item", {
  op.column("id", "integer", { primary_key = true, autoincrement = true }),
  op.column("name", "text", { collation = "NOCASE", index = true }),
})
