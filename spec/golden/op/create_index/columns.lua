op.create_index("ix_many", "account", {
  { "email", desc = true, collation = neap.dialect == "sqlite" and "NOCASE" or "C" },
  op.sql("age + 1"),
  { op.sql("lower(name)"), desc = true },
})
