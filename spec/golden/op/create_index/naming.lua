options({ naming = { ix = "idx_{table}__{columns}" } })
op.create_index(nil, "account", { "email", op.sql("lower(name)") })
