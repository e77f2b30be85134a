op.rename_table("account", "tmp")
op.create_table("account", { op.column("id", "integer") })
op.drop_table("tmp")
