op.refresh_materialized_view("ages")
op.refresh_materialized_view("public.ages", { concurrently = true })
op.refresh_materialized_view("ages", { with_data = false })
