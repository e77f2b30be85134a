op.create_table("thing", {
  op.column(
    "id",
    "integer",
    { identity = { sequence = "thing_numbers", start = 5 }, primary_key = true }
  ),
})
