op.create_table("item", {
  op.column("a", "text", { server_default = 'it\'s a \\ "b"' }),
  op.column("b", "numeric(6,2)", { server_default = -1.5 }),
  op.column("c", "boolean", { server_default = true }),
  op.column("d", "text", { server_default = op.null }),
  op.column("e", "bytea", { server_default = op.bytes("\0\255") }),
})
