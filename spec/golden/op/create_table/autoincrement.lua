op.create_table("ticket", {
  op.column("id", "bigint", { primary_key = true, autoincrement = true }),
  op.column("title", "text", { nullable = false, server_default = "" }),
})
