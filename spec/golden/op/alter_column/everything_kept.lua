op.alter_column("kept", "b", { type = "varchar(20)", nullable = false, server_default = "y" })
