options({ server_version = { postgresql = 140000 } })
op.create_function("CREATE PROCEDURE nothing() LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END")
