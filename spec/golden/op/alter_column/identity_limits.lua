op.alter_column("thing", "id", {
  identity = { minvalue = 10, maxvalue = 1000, cache = 5, cycle = true, start = 20, increment = 3 },
})
