op.alter_sequence("ids", {
  schema = "main",
  as = "integer",
  minvalue = 5,
  maxvalue = 500,
  start = 7,
  cache = 3,
  cycle = true,
})
