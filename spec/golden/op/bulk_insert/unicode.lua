op.bulk_insert(
  "account",
  { { id = 1, name = "日本 ☃" }, { id = 2, name = "\\N" }, { id = 3, name = "a\tb\nc" } }
)
