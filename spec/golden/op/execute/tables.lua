op.execute("UPDATE account SET name = :list, other = :map WHERE id = :id", {
  id = 1,
  list = neap.dialect == "postgresql" and { 1, 2, op.null, "a b" } or { 1, op.null },
  map = { b = { 1, true }, a = op.null, c = "ü\n" },
})
