op.alter_column("thing", "name", {
  schema = "main",
  comment = "what it is called",
  existing_comment = op.null,
  server_default = "none",
  existing_server_default = op.null,
})
