op.create_table("item", {
  op.column("id", "integer", { primary_key = true }),
  op.column("name", "text", { collation = "NOCASE" }),
}, { strict = true, without_rowid = true })
