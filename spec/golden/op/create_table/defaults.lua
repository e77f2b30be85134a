op.create_table("defaults", {
  op.column("a", "integer", { server_default = 5 }),
  op.column("b", "integer", { server_default = -5 }),
  op.column("c", "double precision", { server_default = 1.5 }),
  op.column("d", "boolean", { server_default = false }),
  op.column("e", "text", { server_default = "now()" }),
  op.column("f", "timestamptz", { server_default = op.sql("now()") }),
  op.column("g", "date", { server_default = op.sql("current_date") }),
  op.column("h", "text", { server_default = op.null }),
  op.column("i", "integer", { server_default = op.sql("1 + 2"), nullable = false }),
  op.column("j", "bytea", { server_default = op.bytes("\0\255") }),
  op.column("k", "text", { server_default = "" }),
})
