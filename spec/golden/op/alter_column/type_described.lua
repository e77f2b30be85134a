op.alter_column("thing", "name", {
  type = "varchar(20)",
  collation = neap.dialect == "postgresql" and "C" or "nocase",
  existing_type = "text",
  existing_collation = neap.dialect == "postgresql" and "pg_catalog.default" or "binary",
  existing_using = "CAST(name AS text)",
})
