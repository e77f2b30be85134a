options({ server_version = { postgresql = 150000 } })
op.create_view("v", "SELECT 1 AS one", { with = { security_invoker = true } })
