op.create_table("bixie.", { op.column("a", "integer") })
