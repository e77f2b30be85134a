op.alter_default_privileges({ grant = "select", revoke = "insert", on = "tables", to = "public" })
