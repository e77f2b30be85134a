op.create_index(
  "ix_like",
  "account",
  { { "email", opclass = "text_pattern_ops", nulls = "last", desc = true } }
)
