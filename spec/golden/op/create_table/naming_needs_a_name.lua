options({ naming = { ck = "ck_{table}_{constraint_name}" } })
op.create_table("report", { op.column("age", "integer"), op.check("age > 0") })
