options({ server_version = { postgresql = 140010 } })
op.create_table("thing", {
  op.column("id", "integer"),
  op.column("parent", "integer"),
  op.foreign_key("parent", "thing", "id", { ondelete = "set null", ondelete_columns = "parent" }),
})
