op.drop_type("mood")
op.drop_type("gone", { if_exists = true, cascade = true })
