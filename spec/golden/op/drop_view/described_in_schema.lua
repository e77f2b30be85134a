op.drop_view("v", { schema = "main", sql = "SELECT 1 AS one", options = { columns = "two" } })
