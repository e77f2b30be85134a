op.add_column("account", op.column("created", "timestamptz", { server_default = op.sql("now()") }))
