op.create_table("pair", {
  op.column("key", "varchar(20)", { primary_key = true }),
  op.column("value", "numeric(10,2)"),
  op.column("flag", "boolean"),
  op.column("raw", "bytea"),
}, { strict = true, without_rowid = true })
