op.create_index(
  "ix_include",
  "account",
  "email",
  { unique = true, include = { "name", "age" }, nulls_not_distinct = true }
)
