op.drop_materialized_view(
  "v",
  { schema = "main", sql = "SELECT 1 AS one", options = { with_data = false } }
)
