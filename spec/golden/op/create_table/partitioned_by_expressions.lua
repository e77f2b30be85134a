op.create_table("event", { op.column("a", "text"), op.column("b", "text") }, {
  partition_by = { "hash", { op.sql("lower(a)"), "b" } },
})
