op.create_table("b", { op.column("id", "integer") })
op.drop_table("b")
op.drop_table("account")
