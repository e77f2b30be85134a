options({ server_version = { postgresql = 150000 } })
op.create_unique_constraint(
  nil,
  "account",
  { "email", "id" },
  { deferrable = true, initially = "immediate", nulls_not_distinct = true, include = { "name" } }
)
