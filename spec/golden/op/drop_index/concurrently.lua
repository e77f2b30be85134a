op.drop_index("ix_email", { concurrently = neap.dialect == "postgresql" })
