op.alter_column(
  "account",
  "id",
  { type = "bigint", existing_type = "integer", nullable = false, existing_nullable = true }
)
