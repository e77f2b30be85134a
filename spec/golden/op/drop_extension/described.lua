op.drop_extension("citext", { options = { schema = "main" } })
