op.create_unique_constraint(
  "uq",
  "thing",
  nil,
  { using_index = "ix_thing", comment = "taken over" }
)
