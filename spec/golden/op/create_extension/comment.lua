op.create_extension("citext", { comment = "case does not matter" })
