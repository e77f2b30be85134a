op.create_table(("x"):rep(64), { op.column("id", "integer") })
