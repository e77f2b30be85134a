op.drop_aggregate("array_accum(integer)", { if_exists = true })
