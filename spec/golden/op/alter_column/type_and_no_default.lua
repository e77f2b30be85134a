op.alter_column(
  "account",
  "age",
  { type = "integer", using = op.sql("id"), server_default = op.null }
)
