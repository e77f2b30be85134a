op.create_function("DROP FUNCTION twice")
