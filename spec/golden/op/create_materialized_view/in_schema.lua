op.create_materialized_view("v", "SELECT 1 AS one", { schema = "main", using = "heap" })
