op.alter_column("account", "age", {
  type = "varchar(20)",
  collation = neap.dialect == "sqlite" and "NOCASE" or "C",
  nullable = false,
  server_default = op.sql("'0' || '1'"),
  comment = "in years",
  new_name = "years",
  existing_type = "text",
  existing_nullable = true,
})
