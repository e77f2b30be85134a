op.drop_constraint(
  "no_overlap",
  "thing",
  { elements = { { "room", "&&" } }, options = { using = "gist" } }
)
