op.create_table("item", {
  op.column("a", "smallint"),
  op.column("b", "double precision"),
  op.column("c", "real"),
  op.column("d", "char(2)"),
  op.column("e", "time"),
  op.column("f", "interval"),
  op.column("g", "uuid"),
  op.column("h", "jsonb"),
  op.column("i", "integer[]"),
  op.column("j", "timestamptz"),
  op.column("k", "date"),
  op.column("l", "timestamp"),
})
