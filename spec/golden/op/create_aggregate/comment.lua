op.create_aggregate(
  "CREATE AGGREGATE total (integer) (sfunc = int4pl, stype = integer)",
  { comment = "adds up" }
)
