op.drop_function("f(a.b)", { schema = "main" })
