options({ server_version = { postgresql = 140010 } })
op.create_view("v", "SELECT 1 AS one", { with = { security_invoker = true } })
