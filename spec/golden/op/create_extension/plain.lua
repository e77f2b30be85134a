op.create_extension("citext")
