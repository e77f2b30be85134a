op.create_index("ix_gin", "account", { op.sql("to_tsvector('simple', email)") }, {
  using = "gin",
  with = { fastupdate = false },
  tablespace = "pg_default",
  where = "age > 0",
})
