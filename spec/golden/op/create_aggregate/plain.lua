options({ server_version = { postgresql = 140000 } })
op.create_aggregate(
  "CREATE AGGREGATE array_accum (anycompatible) (sfunc = array_append, stype = anycompatiblearray, initcond = '{}')"
)
