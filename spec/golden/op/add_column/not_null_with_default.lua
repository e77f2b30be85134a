op.add_column(
  "account",
  op.column("email", "text", { nullable = false, server_default = "", comment = "lower case" })
)
