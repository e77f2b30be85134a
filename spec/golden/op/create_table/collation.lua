op.create_table(
  "c",
  { op.column("a", "text", { collation = neap.dialect == "sqlite" and "NOCASE" or "C" }) }
)
