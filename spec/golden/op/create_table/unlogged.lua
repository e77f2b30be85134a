op.create_table("scratch", { op.column("id", "integer") }, {
  unlogged = true,
  with = { fillfactor = 70, autovacuum_enabled = false },
  tablespace = "pg_default",
})
