op.drop_index(
  "ix",
  { schema = "main", table = "thing", columns = "id", options = { unique = true } }
)
