op.drop_index("ix_email", { cascade = true })
