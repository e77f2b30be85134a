op.create_table("account", {
  op.column("id", "bigint", { identity = true, primary_key = true }),
  op.column("email", "varchar(255)", { nullable = false, unique = true }),
  op.column("name", "text", { index = true, comment = "it's full name" }),
  op.column("created", "timestamptz", { nullable = false, server_default = op.sql("now()") }),
  op.column("active", "boolean", { server_default = true }),
}, { comment = "people" })
