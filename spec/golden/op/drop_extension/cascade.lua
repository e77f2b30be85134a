op.drop_extension("citext", { cascade = true })
