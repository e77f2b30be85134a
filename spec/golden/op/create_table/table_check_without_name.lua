op.create_table("item", { op.column("a", "integer"), op.check("a > 0 AND a < 10") })
