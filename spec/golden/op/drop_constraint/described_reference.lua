op.drop_constraint("fk", "thing", {
  schema = "main",
  columns = "parent",
  references = { "other", { "id" }, schema = "main", ondelete = "cascade" },
  options = { deferrable = true },
})
