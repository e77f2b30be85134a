op.create_view("v.x", "SELECT 1 AS one", { schema = "main" })
