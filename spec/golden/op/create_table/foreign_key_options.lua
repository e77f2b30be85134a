op.create_table("thing", {
  op.column("id", "integer", { primary_key = true }),
  op.column("other", "integer"),
  op.foreign_key("other", "thing", "id", {
    name = "fk",
    schema = "main",
    ondelete = "set null",
    onupdate = "cascade",
    match = "simple",
    deferrable = true,
    initially = "deferred",
  }),
}, { schema = "main" })
