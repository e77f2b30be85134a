op.create_table(nil, { op.column("id", "integer") })
