op.drop_extension("citext", { if_exists = true })
