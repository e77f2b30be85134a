options({ server_version = { postgresql = 150000 } })
op.create_index(
  "ix_include",
  "account",
  "email",
  { unique = true, include = { "name", "age" }, nulls_not_distinct = true }
)
