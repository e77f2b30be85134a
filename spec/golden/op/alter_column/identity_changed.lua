op.alter_column(
  "numbered",
  "id",
  { identity = { always = true, increment = 5 }, existing_identity = true }
)
