op.create_function("CREATE FUNCTION (", { comment = "of what?" })
