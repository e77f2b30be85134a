op.drop_aggregate("total(integer)", {
  schema = "main",
  definition = "CREATE AGGREGATE main.total (integer) (sfunc = int4pl, stype = integer)",
})
