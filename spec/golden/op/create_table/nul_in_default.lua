op.create_table("a", { op.column("id", "text", { server_default = "\0" }) })
