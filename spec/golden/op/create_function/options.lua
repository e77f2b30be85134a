op.create_function("CREATE FUNCTION a() RETURNS int LANGUAGE sql AS 'SELECT 1'", { replace = true })
