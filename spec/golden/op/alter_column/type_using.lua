op.alter_column(
  "account",
  "age",
  { type = "integer", using = "id::integer", server_default = 0, nullable = false }
)
