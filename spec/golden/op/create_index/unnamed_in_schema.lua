op.create_index(nil, "bixie.account", { op.sql("lower(email)") })
