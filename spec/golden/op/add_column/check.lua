op.add_column("account", op.column("age", "integer", { check = { "age > 0", name = "ck_age" } }))
