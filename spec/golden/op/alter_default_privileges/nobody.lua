op.alter_default_privileges({ grant = "select", on = "tables" })
