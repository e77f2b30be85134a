op.create_primary_key("pk_account", "account", nil, { using_index = "ix_id" })
