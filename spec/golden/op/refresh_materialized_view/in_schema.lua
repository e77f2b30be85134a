op.refresh_materialized_view("v", { schema = "main" })
