op.create_index(
  "ix_email",
  "account",
  { "email" },
  { unique = true, where = "email IS NOT NULL", if_not_exists = true }
)
