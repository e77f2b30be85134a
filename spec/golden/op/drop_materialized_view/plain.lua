op.drop_materialized_view("ages", { if_exists = true, cascade = true })
