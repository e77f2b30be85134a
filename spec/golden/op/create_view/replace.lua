op.create_view(
  "adults",
  "SELECT id FROM account -- all of them",
  { replace = true, columns = { "Number" } }
)
