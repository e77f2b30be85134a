op.bulk_insert("typed", {
  {
    id = "1",
    keys = { "a", "b c", op.null },
    doc = { list = { 1, 2 }, empty = {} },
    raw = op.bytes("\0\255"),
  },
  { id = 2, keys = {}, doc = 5, raw = op.null },
}, { columns = { keys = "text[]", doc = "jsonb" } })
