options({ server_version = { postgresql = 150000 } })
op.create_table("thing", {
  op.column("tenant", "integer"),
  op.column("id", "integer"),
  op.column("parent", "integer"),
  op.primary_key({ "tenant", "id" }),
  op.foreign_key(
    { "tenant", "parent" },
    "thing",
    { "tenant", "id" },
    { name = "fk", ondelete = "set null", ondelete_columns = "parent" }
  ),
})
