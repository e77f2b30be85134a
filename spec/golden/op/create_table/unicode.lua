op.create_table(
  "größe",
  { op.column("日本", "integer"), op.column("x", "text", { server_default = "☃" }) }
)
